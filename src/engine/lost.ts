import { FairleadError } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Unmended } from '../ledger/drift.js';
import type { Claims } from '../ledger/types.js';
import type { Endpoint, Sandbox } from '../model/records.js';
import { subject } from '../resource/order.js';
import { announce } from './announce.js';
import { apart } from './apart.js';
import { giveJoins } from './asking.js';
import type { Context } from './context.js';
import { nothing } from './describe.js';
import { withSandbox } from './operations/with-sandbox.js';

/**
 * A namespace of our own is made anew when it is lost; an adopted one cannot be: its path leads nowhere, or to another one (a pid is given again),
 * which is not touched. Its sandbox is `lost`, with what it had on the host given back. Answers what else could not be mended.
 */
export async function giveUpLost(context: Context, unmended: readonly Unmended[]): Promise<readonly Unmended[]> {
  const lost = new Set(unmended.filter(isLost).flatMap(({ owners }) => owners.map((owner) => owner.slice('sandbox/'.length))));
  if (lost.size === 0) return unmended;
  const owners = new Set<string>();
  for (const id of lost) for (const owner of await giveUp(context, id)) owners.add(owner);
  return unmended.filter((each) => !each.owners.some((owner) => owners.has(owner)));
}

function isLost({ operation, error }: Unmended): boolean {
  const resource = subject(operation);
  return resource.kind === 'namespace' && resource.adopted !== undefined && FairleadError.is(error) && error.code === 'namespace-invalid';
}

async function giveUp(context: Context, id: Id): Promise<Iterable<string>> {
  const { records } = context;
  if (!records.sandboxes.find(id)) return [];
  return withSandbox(context, id, async (sandbox, endpoints) => {
    // What waited before may have removed it, or given it up.
    if (sandbox.state !== 'active') return [];
    const claims = new Map([...endpoints.map((each) => nothing(`endpoint/${each.id}`)), nothing(`sandbox/${id}`)]);
    await record(context, sandbox, endpoints);
    await giveBack(context, sandbox, claims);
    await giveJoins(context, endpoints);
    tell(context, sandbox, endpoints);
    return claims.keys();
  });
}

async function record({ records, names }: Context, sandbox: Sandbox, endpoints: readonly Endpoint[]): Promise<void> {
  const [given, own] = [endpoints.filter(({ automatic }) => automatic), endpoints.filter(({ automatic }) => !automatic)];
  // In one turn, so in one commit.
  const dropped = records.drop({ endpoints: given.map(({ id }) => id) });
  await Promise.all([dropped, records.keep({ sandboxes: [{ ...sandbox, state: 'lost', ports: [] }], endpoints: own.map(apart) })]);
  // That it could not be answered is past now.
  await names.withdrawn();
}

async function giveBack({ ledger, ports, draining, log }: Context, sandbox: Sandbox, claims: Claims): Promise<void> {
  const { drained } = await ledger.declare(claims);
  void draining.follow(
    drained,
    () => {},
    (error) => log.error('deleting what led into a lost namespace', { sandbox: sandbox.name, error }),
  );
  ports.give(sandbox.ports);
}

function tell(context: Context, sandbox: Sandbox, endpoints: readonly Endpoint[]): void {
  context.log.error('the namespace that a sandbox had adopted is gone, or its path leads to another; remove it', {
    sandbox: sandbox.name,
    path: sandbox.adopted,
  });
  for (const endpoint of endpoints) announce(context, 'endpoint', endpoint, 'left');
  announce(context, 'sandbox', sandbox, 'changed');
}
