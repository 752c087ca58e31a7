import { groupBy } from '../../base/group-by.js';
import { dnsNames } from '../../model/dns-names.js';
import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import type { Network } from '../../model/records.js';
import { type Joined, joinedOn } from '../joined.js';

/**
 * Names that mean two things on one network: what one is called by its own name, another answers to as well. Aliases that several share
 * are meant: they are asked in turn.
 */
export const nameClashCheck: Check = {
  name: 'name-clash',
  ours: false,
  run: (view) => view.networks.flatMap((network) => check(view, network)),
};

function check(view: DoctorView, network: Network): readonly Found[] {
  const all = joinedOn(view, network);
  const names = all.flatMap((each) => dnsNames(each.endpoint, each.sandbox).map((name) => ({ name: name.toLowerCase(), each })));
  const answering = groupBy(names, ({ name }) => name);
  return all.flatMap((each) => {
    const own = new Set([each.sandbox.name, each.endpoint.name].map((name) => name.toLowerCase()));
    return [...own].flatMap((name) => {
      const others = (answering.get(name) ?? []).map((other) => other.each).filter(({ endpoint }) => endpoint.id !== each.endpoint.id);
      return others.length === 0 ? [] : [finding(network, name, each, others)];
    });
  });
}

const finding = ({ name: network }: Network, name: string, { endpoint, sandbox }: Joined, others: readonly Joined[]): Found => ({
  code: 'name-clash',
  object: `endpoint/${network}/${endpoint.name}`,
  problem: `"${name}" is the name of sandbox "${sandbox.name}" here, and ${others.map((each) => `sandbox "${each.sandbox.name}"`).join(' and ')} answers to it too: who asks gets both`,
  mend: 'give one of them another name or alias',
});
