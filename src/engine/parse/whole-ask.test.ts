import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { createFairlead, type Fairlead } from '../../index.js';

// What a program in JavaScript hands in by mistake.
type Any = never;
const calls: readonly (readonly [name: string, call: (fairlead: Fairlead, value: Any) => Promise<unknown>])[] = [
  ['networks.create', ({ networks }, value) => networks.create(value)],
  ['networks.update', ({ networks }, value) => networks.update('web', value)],
  ['sandboxes.create', ({ sandboxes }, value) => sandboxes.create(value)],
  ['sandboxes.update', ({ sandboxes }, value) => sandboxes.update('box', value)],
  ['endpoints.create', ({ endpoints }, value) => endpoints.create(value)],
  ['endpoints.update', ({ endpoints }, value) => endpoints.update('web/box', value)],
  ['plan', (fairlead, value) => fairlead.plan(value)],
];

it.each(calls)('%s says of what is no object that it is none', async (_, call) => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web' });
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
  for (const value of [undefined, null, 'web', 5, true, [], [{ name: 'x' }], Symbol('x'), () => 0])
    await expect(call(fairlead, value as Any)).rejects.toMatchObject({ code: 'value-invalid', values: { reason: 'no object' } });
  for (const name of [Object.create(null), Symbol('x'), [], null])
    await expect(fairlead.networks.create({ name })).rejects.toMatchObject({ code: 'name-invalid' });
  await expect(fairlead.sandboxes.remove('box', 5 as Any)).rejects.toMatchObject({ code: 'value-invalid' });
  await fairlead.sandboxes.remove('box');
});

it.each([
  [{ options: new Map([['com.docker.network.bridge.enable_icc', 'false']]) }, 'options', 'a Map, no plain object; Object.fromEntries(map) makes one'],
  [{ labels: new Set(['a']) }, 'labels', 'a Set, no plain object'],
  [{ rates: Promise.resolve({ out: 10_000 }) }, 'rates', 'a Promise; await it'],
  [Promise.resolve({ internal: true }), 'network', 'a Promise; await it'],
])('what would be read as if nothing was asked is refused: %j', async (ask, field, reason) => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  const whole = ask instanceof Promise ? ask : { name: 'web', ...ask };
  await expect(fairlead.networks.create(whole as Any)).rejects.toMatchObject({ code: 'value-invalid', values: { field, reason } });
  expect((await fairlead.networks.list()).filter(({ predefined }) => !predefined)).toEqual([]);
});

it('takes an ask of any class', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  class Ask {
    readonly name = 'web';
    readonly labels = Object.assign(Object.create(null) as object, { a: 'b' });
  }
  expect(await fairlead.networks.create(new Ask() as Any)).toMatchObject({ name: 'web', labels: { a: 'b' } });
  // As `import * as ask` has it.
  const exported = { name: 'db', [Symbol.toStringTag]: 'Module' };
  expect(await fairlead.networks.create(exported as Any)).toMatchObject({ name: 'db' });
});

const CREATE = { network: 'networks', sandbox: 'sandboxes', endpoint: 'endpoints' } as const;

it.each([
  ['network', { egress: 5 }, 'egress'],
  ['network', { rates: null }, 'rates'],
  ['network', { rates: { in: {} } }, 'rates.in'],
  ['network', { ipam: { config: 5 } }, 'ipam.config'],
  ['network', { ipam: { config: [null] } }, 'ipam.config[0]'],
  ['network', { ipv6: 'yes' }, 'ipv6'],
  ['network', { labels: { a: 5 } }, 'labels.a'],
  ['sandbox', { ports: 'x' }, 'ports'],
  ['sandbox', { ports: [{ port: '80' }] }, 'ports[0].port'],
  ['sandbox', { ports: [{}] }, 'ports[0].port'],
  ['sandbox', { networks: [null] }, 'networks[0]'],
  ['sandbox', { networks: [{ network: 'web', ip: null }] }, 'networks[0].ip'],
  ['sandbox', { dns: 'x' }, 'dns'],
  ['sandbox', { dns: { hosts: [{ name: 'a', address: 5 }] } }, 'dns.hosts[0].address'],
  ['endpoint', { ip: [5] }, 'ip[0]'],
  ['endpoint', { network: 5 }, 'network'],
  ['sandbox', { networkz: [] }, 'networkz'],
  ['sandbox', { networks: [{ network: 'web', ipv4: '10.64.0.9' }] }, 'networks[0].ipv4'],
  ['network', { ipam: { subnet: '10.64.0.0/24' } }, 'ipam.subnet'],
] as const)('of a %s with %j it names the field: %s', async (kind, ask, field) => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web' });
  const whole = { name: 'x', ...(kind === 'endpoint' && { network: 'web' }), ...ask };
  await expect(fairlead[CREATE[kind]].create(whole as Any)).rejects.toMatchObject({ code: 'value-invalid', values: { field } });
  expect(await fairlead.sandboxes.list()).toEqual([]);
});

it.each([
  ['sandboxes.update', ({ sandboxes }: Fairlead) => sandboxes.update('box', { aliases: { add: 5 } } as Any), 'aliases.add'],
  ['networks.get', ({ networks }: Fairlead) => networks.get(5 as Any), 'network'],
  ['endpoints.join', ({ endpoints }: Fairlead) => endpoints.join('web/box', {} as Any), 'sandbox'],
  ['explain', (fairlead: Fairlead) => fairlead.explain(null as Any), 'what to explain'],
])('%s names the field', async (_, call, field) => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.sandboxes.create({ name: 'box' });
  await expect(call(fairlead)).rejects.toMatchObject({ code: 'value-invalid', values: { field } });
});

it('a field that there is not is refused with the nearest that there is', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  const reason = 'for no field that there is; did you mean networks?';
  await expect(fairlead.sandboxes.create({ networkz: [] } as Any)).rejects.toMatchObject({ code: 'value-invalid', values: { field: 'networkz', reason } });
  await expect(fairlead.sandboxes.remove('box', { forced: true } as Any)).rejects.toMatchObject({ values: { field: 'forced' } });
  await expect(fairlead.plan({ network: { name: 'x' }, netwrok: 1 } as Any)).rejects.toMatchObject({ values: { field: 'netwrok' } });
  // What is left undefined is not there.
  await fairlead.sandboxes.create({ name: 'box', networkz: undefined } as Any);
});

const keys = [
  ...['name', 'id', 'driver', 'ipv4', 'ipv6', 'internal', 'configOnly', 'configFrom', 'rates', 'labels', 'options', 'egress', 'ipam', 'config', 'subnet'],
  ...['network', 'networks', 'ip', 'ip6', 'mac', 'aliases', 'links', 'interfaceName', 'gatewayPriority', 'sandbox', 'hostname', 'dns', 'servers', 'hosts'],
  ...['ports', 'port', 'hostPort', 'until', 'pid', 'add', 'remove', 'process', 'force', 'auxAddresses', 'in', 'burst', 'protocol', 'toString', '__proto__'],
];
const leaf = fc.oneof(fc.constantFrom('web', 'box', 'bridge', 'all', '10.9.0.0/24', '10.9.0.5', 'fd00::/64', 'x', ''), fc.jsonValue({ maxDepth: 0 }));
const { ask: asked } = fc.letrec<{ ask: unknown }>((tie) => ({
  ask: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('ask'), { maxLength: 2 }), fc.dictionary(fc.constantFrom(...keys), tie('ask'), { maxKeys: 4 })),
}));

// What is right but in one place.
const NETWORK = {
  name: 'n',
  labels: { a: 'b' },
  options: {},
  egress: ['all'],
  ipam: { options: {}, config: [{ subnet: '10.8.0.0/24', auxAddresses: { x: '10.8.0.9' } }] },
};
const RIGHT: readonly (readonly [at: string, ask: object])[] = [
  ['networks.create', NETWORK],
  ['plan', { network: NETWORK }],
  ['networks.update', { rates: { in: 80_000, out: null }, labels: { a: null }, options: {}, egress: null }],
  [
    'sandboxes.create',
    {
      name: 's',
      hostname: 'h',
      dns: { servers: ['192.0.2.1'], search: ['x'], options: ['ndots:1'], hosts: [{ name: 'a', address: '192.0.2.1' }] },
      networks: [
        { network: 'web', ip: ['10.9.0.5'], linkLocalIps: ['169.254.0.9'], mac: '02:00:00:00:00:01', aliases: ['z'], links: { l: 'z' }, rates: { in: 'none' } },
      ],
      ports: [{ protocol: 'tcp', port: { first: 80, last: 81 }, hostPort: 8000 }],
      egress: ['none'],
    },
  ],
  [
    'sandboxes.update',
    { process: null, ports: { add: [{ port: 90 }], remove: [] }, aliases: { add: [{ name: 'q' }] }, dns: { servers: null, hosts: { add: [], remove: [] } } },
  ],
  ['endpoints.create', { network: 'web', name: 'e', interfaceName: 'eth9', gatewayPriority: 5, sandbox: 'box' }],
  ['endpoints.update', { aliases: ['k'], links: {}, gatewayPriority: 1, rates: { burst: 4096 }, labels: {} }],
];

/** The same with another value somewhere. */
function altered(value: unknown, path: readonly number[], other: unknown): unknown {
  const [at, ...rest] = path;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (at === undefined || entries.length === 0) return other;
  const changed = entries.map(([key, each], index) => [key, index === at % entries.length ? altered(each, rest, other) : each] as const);
  return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
}

it('answers what is wrong in one place with one of its errors, or does it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...RIGHT), fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), asked, async ([name, ask], path, other) => {
      await using fairlead = await createFairlead({ kernel: 'simulated' });
      await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
      await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
      const call = calls.find(([called]) => called === name)?.[1];
      const outcome: unknown = await call?.(fairlead, altered(ask, path, other) as Any).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toSatisfy(FairleadError.is);
        expect(outcome).not.toMatchObject({ code: 'internal' });
      }
    }),
    { numRuns: 120 },
  );
});

it('answers any JSON with one of its errors, or does it', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  const { networks, sandboxes, endpoints } = fairlead;
  const all = [
    ...calls.map(([, call]) => call),
    (_: Fairlead, value: Any) => networks.remove('web', value),
    (_: Fairlead, value: Any) => sandboxes.remove('box', value),
    (_: Fairlead, value: Any) => endpoints.leave('web/box', value),
    (_: Fairlead, value: Any) => networks.get(value),
    (_: Fairlead, value: Any) => sandboxes.get(value),
    (_: Fairlead, value: Any) => endpoints.get(value),
    (_: Fairlead, value: Any) => endpoints.join(value, value),
    (_: Fairlead, value: Any) => fairlead.explain(value),
    (_: Fairlead, value: Any) => fairlead.doctor(value),
    (_: Fairlead, value: Any) => fairlead.hosts.forget(value),
  ];
  await fc.assert(
    fc.asyncProperty(fc.nat(all.length - 1), fc.oneof(asked, fc.dictionary(fc.constantFrom(...keys), asked, { maxKeys: 5 })), async (at, value) => {
      await networks.create({ name: 'web' }).catch(() => {});
      await sandboxes.create({ name: 'box', networks: [{ network: 'web' }] }).catch(() => {});
      const outcome: unknown = await all[at]?.(fairlead, value as Any).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toSatisfy(FairleadError.is);
        expect(outcome).not.toMatchObject({ code: 'internal' });
      }
    }),
    { numRuns: 200 },
  );
});
