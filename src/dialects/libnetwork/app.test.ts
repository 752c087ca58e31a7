import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';
import { libnetworkApp } from './app.js';
import { announced, routes } from './routes.js';

let fairlead: Fairlead;
let app: ReturnType<typeof libnetworkApp>;
beforeEach(async () => {
  await fairlead?.[Symbol.asyncDispose]();
  fairlead = await createFairlead({ kernel: 'simulated' });
  app = libnetworkApp(fairlead, { defaults: { network: 'bridge', driver: 'bridge' } });
});
afterAll(() => fairlead?.[Symbol.asyncDispose]());

async function ask(method: string, path: string, body?: unknown) {
  const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.request(path, { method, ...(sent !== undefined && { body: sent }) });
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, value: type.startsWith('application/json') ? JSON.parse(text) : text };
}
const create = async (path: string, body: unknown): Promise<string> => {
  const { status, value } = await ask('POST', path, body);
  expect([status, typeof value]).toEqual([201, 'string']);
  return value;
};
const text = (status: number, value: string) => ({ status, type: expect.stringContaining('text/plain'), value: `${value}\n` });
const json = (value: unknown, status = 200) => ({ status, type: 'application/json', value });

describe('networks', () => {
  it('are created, shown by id, name and the beginning of an id, and removed', async () => {
    const id = await create('/networks', { name: 'web', network_type: 'bridge', driver_opts: { 'com.docker.network.driver.mtu': 1400 } });
    const shown = { name: 'web', id, type: 'bridge', endpoints: [] };
    expect(await ask('GET', `/networks/${id}`)).toEqual(json(shown));
    for (const query of ['name=web', `partial-id=${id.slice(0, 6)}`]) expect(await ask('GET', `/v1.19/networks?${query}`)).toEqual(json([shown]));
    expect((await fairlead.networks.get(id)).options).toEqual({ 'com.docker.network.driver.mtu': '1400' });
    expect(await ask('DELETE', `/networks/${id}`)).toEqual({ status: 200, type: '', value: '' });
    expect(await ask('GET', `/networks/${id}`)).toEqual(text(404, 'Resource not found: Network'));
  });

  it('have a subnet of their own, are internal and of IPv6 where asked', async () => {
    const id = await create('/networks', {
      name: 'web',
      ipv4_configuration: [{ PreferredPool: '10.7.0.0/16', SubPool: '10.7.3.0/24', Gateway: 'x' }, { PreferredPool: 'nonsense' }],
      network_opts: { 'com.docker.network.internal': 'true', 'com.docker.network.enable_ipv6': 'true' },
    });
    expect(await fairlead.networks.get(id)).toMatchObject({
      internal: true,
      ipv6: true,
      pools: [{ subnet: '10.7.0.0/16', range: '10.7.3.0/24' }, { family: 6 }],
    });
  });

  it('answer null where a query finds none, and the default network where it names none', async () => {
    expect(await ask('GET', '/networks?name=absent')).toEqual(json(null));
    expect(await ask('GET', '/networks?partial-id=zz')).toEqual(json(null));
    expect((await ask('GET', '/networks?name=')).value).toMatchObject([{ name: 'bridge' }]);
    expect((await ask('GET', '/networks?name=a%2Fb')).value).toHaveLength(3);
    expect(await ask('GET', '/networks?name=a&partial-id=b')).toEqual(text(400, 'Unsupported query'));
  });

  it('refuse in plain text', async () => {
    expect(await ask('POST', '/networks', '{')).toMatchObject({ status: 400, value: expect.stringMatching(/^Invalid body: /) });
    expect(await ask('POST', '/networks', '{x')).toEqual(text(400, "Invalid body: invalid character 'x' looking for beginning of object key string"));
    expect(await ask('POST', '/networks', '')).toEqual(text(400, 'Invalid body: unexpected end of JSON input'));
    expect(await ask('POST', '/sandboxes', 'null')).toEqual(text(400, 'invalid container ID'));
    for (const body of [[], '"x"']) expect(await ask('POST', '/networks', body)).toMatchObject({ status: 400, value: expect.not.stringContaining(': :') });
    expect(await ask('POST', '/networks', { name: 7 })).toMatchObject({ status: 400, value: expect.stringMatching(/^Invalid body: name: /) });
    expect(await ask('POST', '/networks', { name: 'web', network_opts: { 'com.docker.network.internal': 'maybe' } })).toMatchObject({ status: 400 });
    expect(await ask('POST', '/networks', { name: 'web', network_type: 'absent' })).toMatchObject({ status: 404 });
    await create('/networks', { NAME: 'web', unknown: 'field', ipv4_configuration: null });
    expect(await ask('POST', '/networks', { name: 'web' })).toEqual(text(403, 'network with name web already exists'));
    expect(await ask('GET', '/nothing')).toEqual(text(404, '404 page not found'));
  });
});

describe('services and sandboxes', () => {
  let network: string;
  beforeEach(async () => {
    network = await create('/networks', { name: 'web' });
  });

  it('are published, attached once, shown with their backend, detached and unpublished', async () => {
    const service = await create('/services', { name: 'db', network_name: 'web', my_aliases: ['store'] });
    const shown = { name: 'db', id: service, network: 'web' };
    expect(await ask('GET', `/services/${service}`)).toEqual(json(shown));
    for (const query of ['', '?network=web', '?name=db', `?partial-id=${service.slice(0, 4)}`])
      expect(await ask('GET', `/services${query}`)).toEqual(json([shown]));
    expect(await ask('GET', '/services?network=bridge')).toEqual(json(null));
    expect(await ask('GET', '/services?network=web&name=db')).toEqual(text(400, 'Unsupported query'));
    expect(await ask('GET', `/services/${service}/backend`)).toEqual(json({ id: '', key: '', container_id: '' }));

    const sandbox = await create('/sandboxes', {
      container_id: 'c1',
      host_name: 'one',
      domain_name: 'example',
      extra_hosts: [{ name: 'x', address: '10.1.2.3' }],
    });
    const { key, hostname } = await fairlead.sandboxes.get('c1');
    expect(hostname).toBe('one.example');
    expect(await ask('POST', `/services/${service}/backend`, { sandbox_id: sandbox })).toEqual(json(key));
    expect(await ask('POST', `/services/${service}/backend`, { sandbox_id: sandbox })).toEqual(
      text(403, 'another container is attached to the same network endpoint'),
    );
    expect(await ask('GET', `/services/${service}/backend`)).toEqual(json({ id: sandbox, key, container_id: 'c1' }));
    expect(await ask('DELETE', `/services/${service}`, { name: 'db' })).toEqual(text(403, `service with name db id ${service} has active containers`));
    expect(await ask('DELETE', `/services/${service}`)).toEqual(text(400, 'Invalid body: unexpected end of JSON input'));
    expect(await ask('DELETE', `/networks/${network}`)).toEqual(text(403, `network web id ${network} has active endpoints`));

    const other = await create('/sandboxes', { container_id: 'c2' });
    expect(await ask('DELETE', `/services/${service}/backend/${other}`)).toMatchObject({ status: 403 });
    expect(await ask('DELETE', `/services/${service}/backend/${sandbox}`)).toMatchObject({ status: 200, value: '' });
    expect(await ask('DELETE', `/services/${service}/backend/${sandbox}`)).toEqual(text(403, 'cannot leave endpoint with no attached sandbox'));
    await ask('POST', `/services/${service}/backend`, { sandbox_id: sandbox });
    expect(await ask('DELETE', `/services/${service}`, { name: 'db', force: true })).toMatchObject({ status: 200 });
    expect(await ask('GET', `/services/${service}`)).toEqual(text(404, 'Service not found'));
  });

  it('publish on the default network where none is named', async () => {
    const id = await create('/services', { name: 'db' });
    expect((await ask('GET', `/services/${id}`)).value.network).toBe('bridge');
    expect(await ask('POST', '/services', { name: 'db', network_name: 'absent' })).toEqual(text(404, 'Resource not found: Network'));
    expect(await ask('POST', '/services', { name: 'db' })).toEqual(text(403, 'service with name db already exists in network bridge'));
    expect(await ask('POST', '/services', { name: 'a/b' })).toEqual(
      text(400, 'the service name "a/b" has a wrong form: it has characters that names cannot have'),
    );
  });

  it('are the endpoints of a network, which sandboxes join and leave', async () => {
    const endpoint = await create(`/networks/${network}/endpoints`, { name: 'door', my_aliases: ['gate'] });
    const sandbox = await create('/sandboxes', { container_id: 'c1' });
    expect((await ask('GET', `/networks/${network}`)).value.endpoints).toEqual([{ name: 'door', id: endpoint, network: 'web' }]);
    expect((await ask('GET', `/networks/${network}/endpoints?name=door`)).value).toHaveLength(1);
    expect(await ask('GET', `/networks/${network}/endpoints?name=absent`)).toEqual(json(null));
    expect((await ask('POST', `/networks/${network}/endpoints/${endpoint}/sandboxes`, { sandbox_id: sandbox, aliases: ['other:brother'] })).status).toBe(200);
    expect((await fairlead.endpoints.get(endpoint)).links).toEqual({ brother: 'other' });
    const twice = { sandbox_id: sandbox, aliases: ['another:brother'] };
    expect(await ask('POST', `/networks/${network}/endpoints/${endpoint}/sandboxes`, twice)).toMatchObject({ status: 403 });
    expect((await fairlead.endpoints.get(endpoint)).links).toEqual({ brother: 'other' });
    await ask('DELETE', `/networks/${network}/endpoints/${endpoint}/sandboxes/${sandbox}`);
    await ask('POST', `/networks/${network}/endpoints/${endpoint}/sandboxes`, { sandbox_id: sandbox });
    expect((await fairlead.endpoints.get(endpoint)).links ?? {}).toEqual({});
    expect(await ask('DELETE', `/networks/${network}/endpoints/${endpoint}`)).toEqual(
      text(403, `endpoint with name door id ${endpoint} has active containers`),
    );
    expect(await ask('POST', `/networks/${network}/endpoints`, { name: 'door' })).toEqual(text(403, 'endpoint with name door already exists in network web'));
    expect(await ask('POST', '/services', { name: 'door', network_name: 'web' })).toEqual(text(403, 'service with name door already exists in network web'));
    expect((await ask('DELETE', `/networks/${network}/endpoints/${endpoint}/sandboxes/${sandbox}`)).status).toBe(200);
    expect((await ask('DELETE', `/networks/${network}/endpoints/${endpoint}`)).status).toBe(200);
    expect(await ask('GET', `/networks/${network}/endpoints/${endpoint}`)).toEqual(text(404, 'Resource not found: Endpoint'));
    const [other] = (await ask('GET', '/networks?name=bridge')).value;
    const again = await create(`/networks/${network}/endpoints`, { name: 'door' });
    expect(await ask('GET', `/networks/${other.id}/endpoints/${again}`)).toEqual(text(404, 'Resource not found: Endpoint'));
  });

  it('find sandboxes by container and by id, and end with what they serve', async () => {
    const service = await create('/services', { name: 'db', network_name: 'web' });
    const id = await create('/sandboxes', {
      container_id: 'c1',
      port_mapping: [{ Proto: 6, Port: 80, HostPort: 8080, HostPortEnd: 8090, HostIP: '127.0.0.1' }],
    });
    await ask('POST', `/services/${service}/backend`, { sandbox_id: id });
    expect((await fairlead.sandboxes.get('c1')).ports).toMatchObject([{ protocol: 'tcp', ip: '127.0.0.1', port: 8080, target: 80 }]);
    for (const query of ['container-id=c1', 'partial-container-id=c', `partial-id=${id.slice(0, 5)}`])
      expect((await ask('GET', `/sandboxes?${query}`)).value).toHaveLength(1);
    expect(await ask('GET', '/sandboxes?container-id=c')).toEqual(json(null));
    expect(await ask('POST', '/sandboxes', { container_id: 'c1' })).toMatchObject({ status: 403 });
    expect(await ask('POST', '/sandboxes', {})).toEqual(text(400, 'invalid container ID'));
    expect(await ask('POST', '/sandboxes', { container_id: 'c2', port_mapping: [{ Proto: 1, Port: 80 }] })).toMatchObject({ status: 400 });
    expect((await ask('DELETE', `/sandboxes/${id}`)).status).toBe(200);
    expect(await ask('GET', `/sandboxes/${id}`)).toEqual(text(404, 'Resource not found: Sandbox'));
    expect(await ask('GET', '/services')).toEqual(json(null));
  });
});

describe('every route', () => {
  it('is served under its first name too, and behind a version', async () => {
    const ids = { '{network}': 'n', '{endpoint}': 'e', '{sandbox}': 's' };
    const named = (path: string) => Object.entries(ids).reduce((at, [part, id]) => at.replace(part, id), path);
    for (const { method, path } of routes) {
      const places = [path, announced(path), `/v1.19${path}`, `/v1.19${announced(path)}`];
      const answers = await Promise.all(places.map((place) => ask(method, named(place), method === 'GET' ? undefined : {})));
      for (const answer of answers) expect(String(answer.value)).not.toContain('page not found');
    }
    expect(announced('/networks/{network}/endpoints/{endpoint}/sandboxes/{sandbox}')).toBe('/network/{network}/endpoints/{endpoint}/containers/{sandbox}');
    expect(announced('/services/{endpoint}/backend')).toBe('/services/{endpoint}/backends');
    expect(announced('/sandboxes')).toBe('/sandboxes');
  });

  it('answers any JSON in one line of text, or does what it says', async () => {
    const bodies = routes.filter(({ method }) => method !== 'GET');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodies), fc.json(), async ({ method, path }, body) => {
        const { status, value } = await ask(method, path.replace(/\{\w+\}/g, 'x'), body);
        expect(status).toBeLessThan(500);
        if (status >= 400) expect(value).toMatch(/^[^\n]+\n$/);
      }),
      { numRuns: 200 },
    );
  });
});
