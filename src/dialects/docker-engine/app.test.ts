import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';
import { dockerEngineApp } from './app.js';
import { readMoment } from './moment.js';
import { routes } from './routes.js';

let fairlead: Fairlead;
let app: ReturnType<typeof dockerEngineApp>;
beforeEach(async () => {
  await fairlead?.[Symbol.asyncDispose]();
  fairlead = await createFairlead({ kernel: 'simulated' });
  app = dockerEngineApp(fairlead, { version: '9.9' });
});
afterAll(() => fairlead?.[Symbol.asyncDispose]());

async function ask(method: string, path: string, body?: unknown, type = 'application/json') {
  const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.request(path, { method, ...(sent !== undefined && { body: sent, headers: { 'content-type': type } }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, value: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
}
const refused = (status: number, message: unknown) => expect.objectContaining({ status, value: { message } });
const filtered = (path: string, filters: unknown) => ask('GET', `${path}?filters=${encodeURIComponent(JSON.stringify(filters))}`);

describe('versions', () => {
  it('are told by a ping, and agreed on', async () => {
    const { status, headers, value } = await ask('GET', '/_ping');
    expect([status, value, headers.get('api-version'), headers.get('ostype')]).toEqual([200, 'OK', '1.51', 'linux']);
    expect((await app.request('/_ping', { method: 'HEAD' })).headers.get('api-version')).toBe('1.51');
    expect(await ask('GET', '/v1.52/networks')).toEqual(refused(400, 'client version 1.52 is too new. Maximum supported API version is 1.51'));
    expect(await ask('GET', '/v1.23/networks')).toEqual(refused(400, expect.stringContaining('too old')));
    for (const odd of ['v2.0', 'vx', 'v1.2.3']) expect((await ask('GET', `/${odd}/networks`)).status).toBe(400);
  });

  it('leave out what they do not know', async () => {
    expect((await ask('GET', '/v1.47/networks/bridge')).value).not.toHaveProperty('EnableIPv4');
    expect((await ask('GET', '/v1.48/networks/bridge')).value).toHaveProperty('EnableIPv4', true);
    expect(await ask('POST', '/v1.24/networks/prune')).toEqual(refused(400, expect.stringContaining('requires API version 1.25')));
  });
});

describe('networks', () => {
  it('are created, listed, meant by id, name and beginning, and removed', async () => {
    const body = {
      Name: 'web',
      IPAM: { Config: [{ Subnet: '10.5.0.0/24', AuxiliaryAddresses: { a: '10.5.0.7' } }] },
      Labels: { tier: 'db' },
      EnableIPv6: true,
      CheckDuplicate: true,
    };
    const { status, value } = await ask('POST', '/v1.51/networks/create', body);
    expect([status, value]).toEqual([201, { Id: expect.stringMatching(/^[0-9a-f]{64}$/), Warning: '' }]);
    for (const ref of [value.Id, 'web', value.Id.slice(0, 10)])
      expect((await ask('GET', `/networks/${ref}`)).value).toMatchObject({ Name: 'web', EnableIPv6: true, Labels: { tier: 'db' } });
    const names = async (filters: unknown) => (await filtered('/networks', filters)).value.map(({ Name }: { Name: string }) => Name).sort();
    expect(await names({ label: ['tier=db'], driver: ['bridge'] })).toEqual(['web']);
    expect(await names({ label: { tier: true }, scope: ['local'] })).toEqual(['web']);
    expect(await names({ type: ['builtin'] })).toEqual(['bridge', 'host', 'none']);
    expect(await names({ name: ['we', 'hos'] })).toEqual(['host', 'web']);
    expect(await names({ name: ['^w.b$', 'n(o|e)ne?'] })).toEqual(['none', 'web']);
    expect(await names({ name: ['^eb'] })).toEqual([]);
    expect(await names({ id: [`^${value.Id.slice(0, 9)}`] })).toEqual(['web']);
    expect(await names({ dangling: ['true'] })).toEqual(['web']);
    expect(await names({ dangling: ['false'] })).toEqual(['bridge', 'host', 'none']);
    expect(await names({ id: [value.Id.slice(0, 3)] })).toContain('web');
    expect((await ask('DELETE', '/networks/web')).status).toBe(204);
    expect(await ask('GET', '/networks/web')).toEqual(refused(404, 'network web not found'));
  });

  it('are of every driver, with its options', async () => {
    const lan = {
      Name: 'lan',
      Driver: 'macvlan',
      Options: { macvlan_mode: 'private' },
      IPAM: { Config: [{ Subnet: '10.6.0.0/24' }, { Subnet: '10.7.0.0/24' }] },
    };
    expect((await ask('POST', '/networks/create', lan)).status).toBe(201);
    const { value } = await ask('GET', '/networks/lan');
    expect(value).toMatchObject({ Driver: 'macvlan', Scope: 'local', Internal: true, Options: { macvlan_mode: 'private' } });
    expect(value.IPAM.Config.map(({ Subnet }: { Subnet: string }) => Subnet)).toEqual(['10.6.0.0/24', '10.7.0.0/24']);
    const absent = { Name: 'wire', Driver: 'ipvlan', Options: { parent: 'eth9' } };
    expect(await ask('POST', '/networks/create', absent)).toEqual(refused(404, expect.stringContaining('no link "eth9" on this host')));
  });

  it('are refused in the Engine’s words', async () => {
    // As Docker shows one of its own on which nobody gives addresses.
    const wire = { Name: 'wire', EnableIPv4: true, IPAM: { Driver: 'null', Config: [{ Subnet: '0.0.0.0/0' }] } };
    expect((await ask('POST', '/networks/create', wire)).status).toBe(201);
    expect((await ask('GET', '/networks/wire')).value).toMatchObject({ IPAM: { Driver: 'null', Config: [] } });
    await ask('POST', '/networks/create', { Name: 'web' });
    expect(await ask('POST', '/networks/create', { Name: 'web' })).toEqual(refused(409, 'network with name web already exists'));
    expect(await ask('POST', '/networks/create', { Name: 'x', Driver: 'nope' })).toEqual(refused(404, 'plugin "nope" not found'));
    expect(await ask('POST', '/networks/create', { Name: 'x', Scope: 'swarm' })).toMatchObject({ status: 403 });
    for (const Scope of ['global', 'bogus']) expect(await ask('POST', '/networks/create', { Name: 'x', Scope })).toMatchObject({ status: 400 });
    for (const name of ['host', 'default'])
      expect(await ask('POST', '/networks/create', { Name: name })).toEqual(refused(403, `operation is not permitted on predefined ${name} network`));
    expect(await filtered('/networks', { name: ['(a'] })).toEqual(refused(400, "invalid filter 'name=(a': no regular expression"));
    expect(await ask('DELETE', '/networks/bridge')).toEqual(refused(403, 'bridge is a pre-defined network and cannot be removed'));
    expect(await ask('GET', '/networks/web?verbose=maybe')).toMatchObject({ status: 400 });
    expect(await ask('GET', '/networks/web?scope=global')).toMatchObject({ status: 404 });
    expect(await filtered('/networks', { nope: ['x'] })).toEqual(refused(400, "invalid filter 'nope'"));
    expect(await filtered('/networks', { type: ['odd'] })).toMatchObject({ status: 400 });
    expect(await filtered('/networks', { dangling: ['odd'] })).toMatchObject({ status: 400 });
    expect(await ask('GET', '/networks?filters={')).toEqual(refused(400, 'invalid filter'));
  });

  it('say what is wrong with a body', async () => {
    expect(await ask('POST', '/networks/create', '{}', 'text/plain')).toEqual(
      refused(400, "unsupported Content-Type header (text/plain): must be 'application/json'"),
    );
    expect(await ask('POST', '/networks/create', '{')).toEqual(refused(400, 'invalid JSON: unexpected EOF'));
    const unquoted = "invalid JSON: invalid character 'i' looking for beginning of object key string";
    expect(await ask('POST', '/networks/create', '{invalid json')).toEqual(refused(400, unquoted));
    for (const path of ['/networks/create', '/networks/absent/connect', '/networks/absent/disconnect'])
      expect(await ask('POST', path, '{} trailing content')).toEqual(refused(400, 'unexpected content after JSON'));
    expect(await ask('POST', '/networks/create')).toMatchObject({ status: 400 });
    expect(await ask('POST', '/networks/create', { Name: 7 })).toEqual(refused(400, expect.stringMatching(/^invalid JSON: Name: /)));
  });

  it('refuse addresses in the words that scripts look for', async () => {
    const create = (Name: string, Subnet: string) => ask('POST', '/networks/create', { Name, IPAM: { Config: [{ Subnet }] } });
    expect(await create('web', '10.5.0.7/24')).toEqual(refused(400, 'invalid subnet 10.5.0.7/24: it should be 10.5.0.0/24'));
    await create('web', '10.5.0.0/24');
    expect(await create('other', '10.5.0.0/25')).toEqual(
      refused(403, expect.stringMatching(/^invalid pool request: Pool overlaps with other one on this address space: /)),
    );
    for (const name of ['one', 'two']) await fairlead.sandboxes.create({ name });
    const connect = (Container: string, IPv4Address: string) =>
      ask('POST', '/networks/web/connect', { Container, EndpointConfig: { IPAMConfig: { IPv4Address } } });
    expect(await connect('one', '10.6.0.9')).toEqual(refused(400, expect.stringMatching(/^no configured subnet contains IP address 10\.6\.0\.9: /)));
    await connect('one', '10.5.0.9');
    expect(await connect('two', '10.5.0.9')).toEqual(refused(403, expect.stringMatching(/^Address already in use: /)));
  });

  it('are named by fields in any case, as Go reads them', async () => {
    const body = { name: 'web', INTERNAL: true, ipam: { config: [{ subnet: '10.5.0.0/24' }] } };
    expect(await ask('POST', '/networks/create', body)).toMatchObject({ status: 201 });
    expect(await fairlead.networks.get('web')).toMatchObject({ internal: true, pools: [{ subnet: '10.5.0.0/24' }] });
  });

  it('are left to the Docker that has them through its plugin', async () => {
    await fairlead.networks.create({ name: 'web', labels: { [`com.fairlead.docker.network.${'a1'.repeat(32)}`]: '' } });
    expect((await ask('POST', '/networks/prune')).value).toEqual({ NetworksDeleted: [] });
    expect(await ask('DELETE', '/networks/web')).toEqual(refused(409, expect.stringMatching(/^Docker has network web through its plugin/)));
  });

  it('are pruned where nobody uses them, by label and age', async () => {
    for (const [Name, Labels] of [
      ['a', { keep: '' }],
      ['b', {}],
      ['c', {}],
    ] as const)
      await ask('POST', '/networks/create', { Name, Labels });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'c' }] });
    const prune = (filters: unknown) => ask('POST', `/networks/prune?filters=${encodeURIComponent(JSON.stringify(filters))}`);
    expect((await prune({ until: ['1h'] })).value).toEqual({ NetworksDeleted: [] });
    expect((await prune({ 'label!': ['keep'] })).value).toEqual({ NetworksDeleted: ['b'] });
    expect(await prune({ until: ['soon'] })).toMatchObject({ status: 400 });
    expect((await ask('POST', '/networks/prune')).value).toEqual({ NetworksDeleted: ['a'] });
  });
});

describe('containers', () => {
  beforeEach(async () => {
    await ask('POST', '/networks/create', { Name: 'web', IPAM: { Config: [{ Subnet: '10.5.0.0/24' }] } });
    await fairlead.sandboxes.create({ name: 'box', labels: { a: 'b' }, ports: [{ port: 80, hostPort: 8080 }] });
  });
  const connect = (body: unknown) => ask('POST', '/networks/web/connect', body);

  it('are connected with an address, whatever the case in which a client writes the words', async () => {
    expect((await connect({ container: 'box', endpointconfig: { ipamconfig: { ipv4address: '10.5.0.9' } } })).status).toBe(200);
    expect((await fairlead.endpoints.list()).flatMap(({ leases }) => leases.map(({ ip }) => ip))).toContain('10.5.0.9');
  });

  it('are sandboxes: connected with an address and a name, shown, renamed, disconnected and removed', async () => {
    expect((await connect({ Container: 'box', EndpointConfig: { IPAMConfig: { IPv4Address: '10.5.0.9' }, Aliases: ['db'], Unknown: 1 } })).status).toBe(200);
    const shown = (await ask('GET', '/containers/box/json')).value;
    expect(shown).toMatchObject({ Name: '/box', State: { Running: true }, NetworkSettings: { Networks: { web: { IPAddress: '10.5.0.9', Aliases: ['db'] } } } });
    expect(shown.NetworkSettings.Ports).toEqual({ '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] });
    const listed = async (filters: unknown) => (await filtered('/containers/json', filters)).value.length;
    expect(await listed({ name: ['/bo'], network: ['web'], label: ['a=b'], status: ['running'] })).toBe(1);
    expect(await listed({ network: ['bridge'] })).toBe(0);
    const { id } = await fairlead.networks.get('web');
    for (const each of [{ network: [id.slice(0, 12)] }, { name: ['^/b.x$'] }, { name: ['^box$'] }, { 'is-task': ['false'] }])
      expect(await listed(each)).toBe(1);
    for (const each of [{ name: ['^ox'] }, { 'is-task': ['true'] }, { status: ['paused'] }]) expect(await listed(each)).toBe(0);
    for (const odd of [{ status: ['odd'] }, { 'is-task': ['odd'] }, { id: ['[b-a]'] }])
      expect(await filtered('/containers/json', odd)).toMatchObject({ status: 400 });
    expect((await ask('GET', '/containers/json?limit=1')).value[0]).toMatchObject({
      Names: ['/box'],
      Ports: [{ PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
    });
    for (const yes of [{ publish: ['8080'] }, { publish: ['8000-8090/tcp'] }, { expose: ['80/tcp'] }, { health: ['none'] }]) expect(await listed(yes)).toBe(1);
    const no = [{ publish: ['80'] }, { publish: ['8080/udp'] }, { expose: ['8080'] }, { health: ['healthy'] }, { ancestor: ['x'] }, { volume: ['x'] }];
    for (const each of [...no, { exited: ['0'] }, { since: ['box'] }, { before: ['box'] }]) expect(await listed(each)).toBe(0);
    expect(await filtered('/containers/json', { since: ['absent'] })).toEqual(refused(404, 'No such container: absent'));
    expect(await filtered('/containers/json', { publish: ['x'] })).toMatchObject({ status: 400 });
    expect(await ask('DELETE', '/networks/web')).toMatchObject({ status: 403 });
    expect(await ask('POST', '/containers/box/rename?name=/box')).toMatchObject({ status: 400 });
    expect((await ask('POST', '/containers/box/rename?name=chest')).status).toBe(204);
    expect((await ask('POST', '/networks/web/disconnect', { Container: 'chest' })).status).toBe(200);
    expect((await ask('DELETE', '/containers/chest?force=1')).status).toBe(204);
    expect((await ask('GET', '/containers/json?all=1')).value).toEqual([]);
  });

  it('are refused in the Engine’s words', async () => {
    expect(await connect({ Container: 'absent' })).toEqual(refused(404, 'No such container: absent'));
    await connect({ Container: 'box' });
    expect(await connect({ Container: 'box' })).toEqual(refused(403, 'endpoint with name box already exists in network web'));
    expect(await ask('POST', '/networks/bridge/disconnect', { Container: 'box' })).toEqual(refused(403, 'container box is not connected to network bridge'));
    expect(await ask('POST', '/containers/create', {})).toMatchObject({ status: 501 });
    expect(await ask('POST', '/v1.51/images/create')).toMatchObject({ status: 501 });
    expect(await ask('GET', '/images/x/y/json')).toEqual(refused(404, 'No such image: x/y'));
    expect(await ask('GET', '/v1.50/system/df')).toMatchObject({ status: 501 });
    expect(await ask('GET', '/nonsense')).toEqual(refused(404, 'page not found'));
  });

  it('have neither names nor chosen addresses on networks that are there from the start', async () => {
    const on = (network: string, EndpointConfig: unknown) => ask('POST', `/networks/${network}/connect`, { Container: 'box', EndpointConfig });
    const [ip, alias] = [
      'user specified IP address is supported on user defined networks only',
      'network-scoped aliases are only supported for user-defined networks',
    ];
    const wrong = (...what: string[]) => refused(400, ['invalid endpoint settings:', ...what].join('\n'));
    for (const network of ['bridge', 'host', 'none']) expect(await on(network, { Aliases: ['db'] })).toEqual(wrong(alias));
    expect(await on('bridge', { IPAMConfig: { IPv6Address: 'fd00::9' } })).toEqual(wrong(ip));
    expect(await on('bridge', { IPAMConfig: { IPv4Address: '172.17.0.9' }, Aliases: ['db'] })).toEqual(wrong(ip, alias));
    expect((await on('bridge', { Aliases: [], Links: ['other:db'] })).status).toBe(200);
  });

  it('leave an endpoint of a name that has lost its container, by force', async () => {
    await fairlead.endpoints.create({ network: 'web', name: 'ghost' });
    expect(await ask('POST', '/networks/web/disconnect', { Container: 'ghost' })).toMatchObject({ status: 404 });
    expect((await ask('POST', '/networks/web/disconnect', { Container: 'ghost', Force: true })).status).toBe(200);
    expect(await fairlead.endpoints.list()).toEqual([]);
  });
});

it('reads moments as clients write them', () => {
  expect(readMoment('1h30m', 10_000_000)).toBe(10_000_000 - 5_400_000);
  expect(readMoment('1700000000.5', 0)).toBe(1_700_000_000_500);
  expect(readMoment('2026-01-02T03:04:05Z', 0)).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  for (const odd of ['', 'x', '1', '1hx', '-5m', '2026-99-99']) expect(odd === '1' ? 1000 : readMoment(odd, 0)).toBe(odd === '1' ? 1000 : undefined);
});

it('answers any JSON with a message, or does what it says', async () => {
  const bodies = routes.filter(({ method, path }) => method !== 'GET' && path !== '/networks/prune');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bodies), fc.json(), async ({ method, path }, body) => {
      const { status, value } = await ask(method, path.replace(':ref', 'x'), body);
      expect(status).toBeLessThan(500);
      if (status >= 400) expect(value).toEqual({ message: expect.any(String) });
    }),
    { numRuns: 200 },
  );
});
