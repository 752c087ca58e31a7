import { collect } from '../../base/steps.js';
import { findNetwork } from './ensure-network.js';
import { tellIpam } from './ipam-plugin.js';
import { LABELS } from './labels.js';
import { remove } from './del.js';
import { nameOf } from './read-wish.js';
import type { Asked, CniService } from './service.js';

/** Removes what is there of attachments that are none any more, and answers when the kernel has let go of it. Goes on after an error, and throws all of them. */
export async function gc({ fairlead }: CniService, asked: Asked): Promise<void> {
  const { input } = asked;
  const valid = new Set(input.valid.map(({ containerId, ifName }) => `${containerId} ${ifName}`));
  const network = await findNetwork(fairlead, nameOf(input));
  const stale = (await fairlead.endpoints.list()).filter(
    ({ network: id, labels }) =>
      id === network?.id && labels[LABELS.container] !== undefined && !valid.has(`${labels[LABELS.container]} ${labels[LABELS.interface]}`),
  );
  const errors = await collect([...stale.map((each) => () => remove(fairlead, each, {})), () => fairlead.settled(), () => tellIpam(asked)]);
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; '));
}
