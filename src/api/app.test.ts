import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead } from '../index.js';
import type { Fairlead } from '../model/fairlead.js';
import { overlay } from '../../test/tool/overlay.js';
import { apiApp } from './app.js';
import { BODY_LIMIT } from '../base/read-body.js';
import { calls } from './calls.js';

let fairlead: Fairlead;
let app: ReturnType<typeof apiApp>;

beforeEach(async () => {
  await fairlead?.[Symbol.asyncDispose]();
  fairlead = await createFairlead({ kernel: 'simulated' });
  app = apiApp(fairlead, { version: '1.2.3' });
});
afterAll(() => fairlead?.[Symbol.asyncDispose]());

async function ask(method: string, path: string, body?: unknown) {
  const answer = await app.request(path, { method, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, value: text === '' ? undefined : JSON.parse(text) };
}

const reasonOf = async (method: string, path: string, body?: unknown): Promise<string> => {
  const { status, value } = await ask(method, path, body);
  expect([status, value.code]).toEqual([400, 'body-invalid']);
  return value.values.reason;
};

describe.each([
  { path: '/v1/networks', kind: 'network', make: { name: 'one' } },
  { path: '/v1/sandboxes', kind: 'sandbox', make: { name: 'one' } },
  { path: '/v1/endpoints', kind: 'endpoint', make: { name: 'one', network: 'base' } },
])('$path', ({ path, kind, make }) => {
  beforeEach(() => fairlead.networks.create({ name: 'base' }));

  it('creates, gets, lists, changes and removes', async () => {
    const made = await ask('POST', path, make);
    expect(made.status).toBe(201);
    expect(made.value).toMatchObject({ name: 'one', id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await ask('GET', `${path}/one`)).toMatchObject({ status: 200, value: made.value });
    expect((await ask('GET', `${path}/${made.value.id.slice(0, 12)}`)).value).toEqual(made.value);
    expect((await ask('GET', path)).value).toContainEqual(made.value);
    expect((await ask('GET', `${path}?name=one`)).value).toEqual([made.value]);
    expect((await ask('GET', `${path}?name=on`)).value).toEqual([]);
    expect(await ask('PATCH', `${path}/one`, { labels: { tier: 'db' } })).toMatchObject({ status: 200, value: { labels: { tier: 'db' } } });
    expect(await ask('DELETE', `${path}/one?force&settle=false`)).toMatchObject({ status: 204, value: undefined });
    expect(await ask('GET', `${path}/one`)).toMatchObject({ status: 404, value: { code: `${kind}-absent`, values: { ref: 'one' } } });
  });

  it('answers the engine’s refusals with their status', async () => {
    expect(await ask('GET', `${path}/absent`)).toMatchObject({ status: 404, value: { code: `${kind}-absent` } });
    expect(await ask('PATCH', `${path}/absent`, {})).toMatchObject({ status: 404, value: { code: `${kind}-absent` } });
    expect(await ask('DELETE', `${path}/absent`)).toMatchObject({ status: 404, value: { code: `${kind}-absent` } });
    expect(await ask('POST', path, { ...make, name: '-x' })).toMatchObject({ status: 400, value: { code: 'name-invalid' } });
  });

  it('takes references with any characters, encoded', async () => {
    for (const ref of ['a/b', 'ä b', '100%', '?x', '#']) {
      expect((await ask('GET', `${path}/${encodeURIComponent(ref)}`)).value).toMatchObject({ code: `${kind}-absent`, values: { ref } });
    }
  });

  it('refuses wrong bodies and queries, naming the field', async () => {
    expect(await reasonOf('POST', path, [])).toBe('the body is a list, it takes an object');
    expect(await reasonOf('POST', path, '{')).toBe('the body is not JSON');
    expect(await reasonOf('POST', path, { ...make, nmae: 'x' })).toBe('in the body, there is no field "nmae"; did you mean name?');
    expect(await reasonOf('POST', path, { ...make, labels: { a: 7 } })).toBe('labels.a is the number 7, it takes a string');
    expect(await reasonOf('PATCH', '/v1/sandboxes/one', { rates: { in: '10mbit' } })).toBe('rates.in is the string "10mbit", it takes a number or "none"');
    expect(await reasonOf('PATCH', '/v1/sandboxes/one', { rates: { in: 1.5 } })).toBe('rates.in is the number 1.5, it takes a whole number or "none"');
    expect(await reasonOf('PATCH', `${path}/one`, { labels: 'x' })).toBe('labels is the string "x", it takes an object');
    expect(await reasonOf('PATCH', `${path}/one`, { driver: 'x' })).toContain('there is no field "driver"');
    expect(await reasonOf('DELETE', `${path}/one?force=maybe`)).toContain('force is the string "maybe", it takes one of');
    expect(await reasonOf('DELETE', `${path}/one?froce`)).toContain('did you mean force?');
    expect(await reasonOf('GET', `${path}?nmae=one`)).toContain('did you mean name?');
    expect(await reasonOf('GET', `${path}/one?x=1`)).toContain('there is no field "x"');
  });

  it('keeps a label whatever its name is', async () => {
    const odd = '{"constructor":"b","":"c","toString":"d","__proto__":"a"}';
    const text = async (method: string, at: string, body?: unknown) => JSON.stringify((await ask(method, at, body)).value.labels);
    expect(await text('POST', path, `{${JSON.stringify(make).slice(1, -1)},"labels":${odd}}`)).toBe(odd);
    expect(await text('GET', `${path}/one`)).toBe(odd);
    expect(await text('PATCH', `${path}/one`, '{"labels":{"__proto__":"z"}}')).toBe(odd.replace('"a"', '"z"'));
    expect(await text('PATCH', `${path}/one`, '{"labels":{"__proto__":null}}')).toBe(odd.replace(',"__proto__":"a"', ''));
    expect(await reasonOf('PATCH', `${path}/one`, '{"labels":{"__proto__":7}}')).toContain('labels.__proto__ is the number 7');
    expect(await reasonOf('PATCH', `${path}/one`, '{"__proto__":{"labels":{}}}')).toContain('there is no field "__proto__"');
  });

  it('answers other methods with 405', async () => {
    const { status, headers, value } = await ask('PUT', path);
    expect([status, headers.get('allow'), value.code]).toEqual([405, 'GET, HEAD, POST', 'method-refused']);
    expect(value).toMatchObject({ message: `${path} takes no PUT`, mend: 'what it takes: GET, HEAD, POST' });
    expect((await ask('POST', `${path}/one`)).headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE');
  });
});

describe('removal', () => {
  const told = async (query: string) => {
    let how: unknown;
    const spy: Fairlead = overlay(fairlead, {
      networks: { ...fairlead.networks, remove: async (_: string, given: unknown) => void (how = given) },
    });
    await apiApp(spy, { version: '1' }).request(`/v1/networks/x${query}`, { method: 'DELETE' });
    return how;
  };

  it('settles unless it is told not to, and forces only when it is told to', async () => {
    expect(await told('')).toEqual({ force: false, settle: true });
    expect(await told('?force&settle=0')).toEqual({ force: true, settle: false });
    expect(await told('?force=false&settle=1')).toEqual({ force: false, settle: true });
  });
});

describe('/v1/endpoints/{ref}/join and /leave', () => {
  beforeEach(async () => {
    await fairlead.networks.create({ name: 'base' });
    await fairlead.sandboxes.create({ name: 'box' });
    await fairlead.endpoints.create({ name: 'one', network: 'base' });
  });

  it('joins and leaves', async () => {
    expect(await ask('POST', '/v1/endpoints/one/join', { sandbox: 'box' })).toMatchObject({ status: 200, value: { state: 'active' } });
    expect(await ask('POST', '/v1/endpoints/one/join', { sandbox: 'box' })).toMatchObject({ status: 403 });
    expect(await ask('POST', '/v1/endpoints/one/leave')).toMatchObject({ status: 200, value: { state: 'created' } });
    expect(await ask('POST', '/v1/endpoints/one/leave', { force: true, settle: false })).toMatchObject({ status: 403, value: { code: 'endpoint-not-joined' } });
  });

  it('refuses wrong bodies', async () => {
    expect(await reasonOf('POST', '/v1/endpoints/one/join')).toBe('sandbox is missing');
    expect(await reasonOf('POST', '/v1/endpoints/one/join', { sandbox: null })).toBe('sandbox is null, it takes a string');
    expect(await reasonOf('POST', '/v1/endpoints/one/leave', { force: 'yes' })).toBe('force is the string "yes", it takes true or false');
    expect((await ask('POST', '/v1/endpoints/one/join', { sandbox: 'absent' })).value.code).toBe('sandbox-absent');
  });
});

describe('the other calls', () => {
  it('explains an object', async () => {
    await fairlead.networks.create({ name: 'base' });
    expect(await ask('GET', '/v1/explain?object=network%2Fbase')).toMatchObject({ status: 200, value: { commands: expect.any(Array) } });
    expect(await ask('GET', '/v1/explain?object=absent')).toMatchObject({ status: 404, value: { code: 'object-absent' } });
    expect(await reasonOf('GET', '/v1/explain')).toBe('object is missing');
  });

  it('plans a network and makes none', async () => {
    const { status, value } = await ask('POST', '/v1/plan', { network: { name: 'later' } });
    expect([status, value.length > 0]).toEqual([200, true]);
    expect((await ask('GET', '/v1/networks/later')).status).toBe(404);
    expect(await reasonOf('POST', '/v1/plan', { network: { name: 'x', ipam: { config: [{ subnt: 'x' }] } } })).toBe(
      'in network.ipam.config[0], there is no field "subnt"; did you mean subnet?',
    );
  });

  it('answers doctor, info, health and settled', async () => {
    expect(await ask('GET', '/v1/doctor')).toMatchObject({ status: 200, value: [] });
    expect((await ask('GET', '/v1/info')).value).toEqual(JSON.parse(JSON.stringify(await fairlead.info())));
    expect(await ask('GET', '/v1/health')).toMatchObject({ status: 200, value: { ready: true, version: '1.2.3' } });
    expect(await ask('POST', '/v1/settled')).toMatchObject({ status: 204 });
  });

  it('has no others', async () => {
    expect(await ask('GET', '/v1/nothing')).toMatchObject({ status: 404, value: { code: 'route-absent', values: { method: 'GET', path: '/v1/nothing' } } });
    expect((await ask('GET', '/')).value.code).toBe('route-absent');
    for (const { method, path } of calls) expect((await ask('PUT', path)).status, `${method} ${path}`).toBe(405);
  });
});

describe('bodies and errors', () => {
  it('takes JSON under any content type', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await app.request('/v1/networks', { method: 'POST', headers, body: '{"name":"web"}' });
    expect(answer.status).toBe(201);
  });

  it('reads no more than a mebibyte', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const answer = await app.request('/v1/networks', { method: 'POST', body: endless, duplex: 'half' } as RequestInit);
    expect([answer.status, await answer.json()]).toEqual([413, expect.objectContaining({ code: 'body-too-large' })]);
    expect(sent).toBeLessThan(2 * BODY_LIMIT);
    const announced = { method: 'POST', headers: { 'content-length': String(BODY_LIMIT + 1) }, body: '{}' };
    expect((await app.request('/v1/networks', announced)).status).toBe(413);
    expect((await ask('POST', '/v1/networks', `{"name":"web"${' '.repeat(BODY_LIMIT - 15)}}`)).status).toBe(201);
  });

  it.each([{}, { 'content-length': '100' }])('takes a client that goes away in the middle of its body for no error of ours (%o)', async (headers) => {
    const logged: unknown[] = [];
    const complain = (...all: unknown[]) => logged.push(all);
    const cut = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })) });
    const log = { debug: () => {}, info: () => {}, warn: complain, error: complain };
    const answer = await apiApp(fairlead, { version: '1', log }).request('/v1/networks', { method: 'POST', headers, body: cut, duplex: 'half' } as RequestInit);
    expect(await answer.json()).toMatchObject({ code: 'body-invalid', values: { reason: 'the body broke off' } });
    expect(logged).toEqual([]);
  });

  it('answers what nobody expected without its stack', async () => {
    const logged: unknown[] = [];
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (...all: unknown[]) => logged.push(all) };
    const broken: Fairlead = overlay(fairlead, { info: () => Promise.reject(new TypeError('x is undefined')) });
    const answer = await apiApp(broken, { version: '1', log }).request('/v1/info');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', values: { reason: 'x is undefined' } });
    expect(text).not.toContain('app.test.ts');
    expect(logged).toHaveLength(1);
  });
});
