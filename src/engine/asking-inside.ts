import type { Asked, Driver } from '../model/driver.js';
import type { Endpoint, Sandbox } from '../model/records.js';
import { ask, askedPorts, giveJoins, left } from './asking.js';
import type { Context } from './context.js';
import type { Debt } from './debts.js';
import { driverOf } from './describe.js';
import { type Attachment, arrange, declareAttachment } from './operations/attach.js';
import { theirsIn } from './theirs.js';

/**
 * Has those make what is theirs who work in the sandbox's stack, now that it is there: then it is known which addresses the endpoints have, and
 * what leads out is chosen anew. The undo gives all of it back.
 */
export async function askInside(
  context: Context,
  sandbox: Sandbox,
  first: Attachment,
): Promise<{ readonly attachment: Attachment; readonly undo: () => Promise<void> }> {
  const { records } = context;
  const asked = first.joining.filter((endpoint) => insideOf(context, endpoint));
  if (asked.length === 0) return { attachment: first, undo: async () => {} };
  const back = async () => {
    await giveJoins(context, asked.toReversed());
    for (const each of asked) records.reserve(each);
  };
  try {
    const joining: Endpoint[] = [];
    for (const endpoint of first.joining) joining.push(asked.includes(endpoint) ? await made(context, sandbox, endpoint) : endpoint);
    for (const each of joining) records.reserve(each);
    const { changed, ...rest } = arrange(context, sandbox, joining, first.leaving, await theirsIn(context, sandbox));
    const again = first.changed.filter(({ id }) => !changed.some((other) => other.id === id)).map(({ id }) => records.endpoints.get(id));
    const attachment: Attachment = { ...rest, changed: [...changed, ...again] };
    const { undo } = await declareAttachment(context, sandbox, attachment);
    const all = async () => {
      try {
        await undo();
      } finally {
        await back();
      }
    };
    return { attachment, undo: all };
  } catch (error) {
    await back();
    throw error;
  }
}

/** Gives back what others made in the stack of a sandbox that these leave, while it is still there. */
export const giveInside = (context: Context, leaving: readonly Endpoint[]): Promise<void> =>
  giveJoins(
    context,
    leaving.filter((endpoint) => insideOf(context, endpoint)),
  );

/**
 * The same of what a crash left half done, before what nobody wants is taken out of the kernel. All at once: whoever starts the engine waits no longer for
 * many that hang than for one.
 */
export async function giveUnwanted({ debts, drivers, records }: Context): Promise<void> {
  const isUnwanted = (debt: Debt) =>
    debt.what === 'join' && drivers.get(debt.plugin)?.asks?.inside !== undefined && records.endpoints.find(debt.endpoint)?.link === undefined;
  const unwanted = debts.list().filter(isUnwanted);
  await Promise.all(unwanted.map((debt) => debts.settle((each) => each === debt)));
}

async function made(context: Context, sandbox: Sandbox, endpoint: Endpoint): Promise<Endpoint> {
  const network = context.records.networks.get(endpoint.network);
  const driver = driverOf(context, network.driver);
  const inside = driver.asks?.inside;
  if (!inside) return endpoint;
  await left(context, driver, endpoint);
  const asked: Asked = { what: 'join', network: network.id, endpoint: endpoint.id, by: await inside.by(network, endpoint, sandbox) };
  const { facts, leases, mac } = await ask(context, driver, asked, () => inside.join(network, endpoint, sandbox, askedPorts(sandbox)));
  return { ...endpoint, facts, leases: [...endpoint.leases, ...leases], ...(mac && { mac }) };
}

const insideOf = (context: Context, { network }: Endpoint): Driver['asks'] => {
  const { asks } = driverOf(context, context.records.networks.get(network).driver);
  return asks?.inside && asks;
};
