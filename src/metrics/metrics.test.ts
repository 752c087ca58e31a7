import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TcpPlace } from '../http/place.js';
import type { Listening } from '../http/serve.js';
import { createFairlead, type Fairlead } from '../index.js';
import { Exposition } from './exposition.js';
import { measured } from './measured.js';
import { poolUse } from './pool-use.js';
import { serveMetrics } from './server.js';

let engine: Fairlead;
let fairlead: Fairlead;
let served: Listening;
beforeEach(async () => {
  engine = await createFairlead({ kernel: 'simulated' });
  const exposition = new Exposition(engine, '9.9');
  fairlead = measured(engine, (operation) => exposition.count(operation));
  served = await serveMetrics({ fairlead: engine, exposition, place: { host: '127.0.0.1', port: 0 } });
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const get = async (path: string, method = 'GET') => {
  const answer = await fetch(`http://127.0.0.1:${(served.place as TcpPlace).port}${path}`, { method });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};
const lines = async (name: string, path = '/metrics') => (await get(path)).text.split('\n').filter((line) => line.startsWith(name));

it('tells of operations by object and outcome, and how long they took', async () => {
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.5.0.0/24' }] } });
  await expect(fairlead.networks.create({ name: 'web' })).rejects.toThrow();
  await fairlead.sandboxes.create({ name: 'box' });
  const { id } = await fairlead.endpoints.create({ network: 'web', name: 'door' });
  await fairlead.endpoints.join(id, 'box');
  await fairlead.endpoints.leave(id);
  expect(await lines('fairlead_operation_seconds_count')).toEqual([
    'fairlead_operation_seconds_count{object="network",operation="create",outcome="ok"} 1',
    'fairlead_operation_seconds_count{object="network",operation="create",outcome="name-taken"} 1',
    'fairlead_operation_seconds_count{object="sandbox",operation="create",outcome="ok"} 1',
    'fairlead_operation_seconds_count{object="endpoint",operation="create",outcome="ok"} 1',
    'fairlead_operation_seconds_count{object="endpoint",operation="join",outcome="ok"} 1',
    'fairlead_operation_seconds_count{object="endpoint",operation="leave",outcome="ok"} 1',
  ]);
  expect((await lines('fairlead_operation_seconds_sum')).every((line) => Number(line.split(' ').at(-1)) >= 0)).toBe(true);
});

it('tells what there is, what pools have given, and what names and drift have come to', async () => {
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.5.0.0/24' }] } });
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
  expect(await lines('fairlead_objects')).toEqual(expect.arrayContaining(['fairlead_objects{object="sandbox",state="active"} 1']));
  expect(await lines('fairlead_pool_used{network="web"')).toEqual(['fairlead_pool_used{network="web",subnet="10.5.0.0/24"} 1']);
  expect(await lines('fairlead_pool_size{network="web"')).toEqual(['fairlead_pool_size{network="web",subnet="10.5.0.0/24"} 253']);
  expect(await lines('fairlead_info')).toEqual(['fairlead_info{version="9.9"} 1']);
  expect(await lines('fairlead_looks_total')).toEqual([expect.stringMatching(/at="everything"\} \d+$/), expect.stringMatching(/at="touched"\} \d+$/)]);
  for (const zero of ['ready', 'queries_total', 'forwards_failed_total', 'looks_failed_total', 'unmended'])
    expect(await lines(`fairlead_${zero}`)).toEqual([`fairlead_${zero} 0`]);
  expect(await lines('fairlead_answers_total')).toEqual(['local', 'cached', 'forwarded', 'refused'].map((from) => `fairlead_answers_total{from="${from}"} 0`));
  expect(await lines('# TYPE fairlead_queries_total')).toEqual(['# TYPE fairlead_queries_total counter']);
  expect(await lines('# TYPE fairlead_ready')).toEqual(['# TYPE fairlead_ready gauge']);
  expect(await lines('process_cpu_seconds_total')).not.toEqual([]);
  await fairlead.sandboxes.remove('box');
  expect((await lines('fairlead_objects')).join()).not.toContain('sandbox');
});

it('tells of each endpoint only where that is asked for', async () => {
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }] });
  expect(await lines('fairlead_endpoint_')).toEqual([]);
  expect(await lines('fairlead_endpoint_bytes_total', '/metrics?traffic=1')).toEqual([
    expect.stringMatching(/network="bridge".*direction="received"\} 0$/),
    expect.stringMatching(/network="bridge".*direction="sent"\} 0$/),
  ]);
});

it('says whether it is alive and ready, and changes nothing', async () => {
  expect((await get('/metrics')).type).toBe('text/plain; version=0.0.4; charset=utf-8');
  for (const path of ['/healthz', '/readyz']) expect(await get(path)).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await get('/nothing')).toMatchObject({ status: 404 });
  expect(await get('/metrics', 'POST')).toMatchObject({ status: 405 });
});

it('counts of a subnet what is given of its range', () => {
  const pools = [{ family: 4, subnet: '10.0.0.0/24', range: '10.0.0.248/29', aux: {} }];
  const leases = ['10.0.0.249', '10.0.0.250', '10.0.0.9'].map((address) => ({ leases: [{ subnet: '10.0.0.0/24', address: `${address}/24` }], network: 'n' }));
  expect(poolUse([{ id: 'n', name: 'x', pools }] as never, leases as never)).toMatchObject([{ used: 2, size: 7 }]);
});

it('counts what can be given of a subnet', () => {
  const size = (subnet: string, extra: object = {}) => poolUse([{ name: 'x', pools: [{ family: 4, subnet, aux: {}, ...extra }] }] as never, [])[0]?.size;
  expect(size('10.0.0.0/24')).toBe(254);
  expect(size('10.0.0.0/24', { gateway: '10.0.0.1', aux: { a: '10.0.0.2' } })).toBe(252);
  expect(size('10.0.0.0/24', { range: '10.0.0.128/25' })).toBe(127);
  // The broadcast address is in this range, the gateway and an address of the user's are outside of it.
  expect(size('10.0.0.0/24', { range: '10.0.0.248/29', gateway: '10.0.0.1', aux: { a: '10.0.0.2' } })).toBe(7);
  expect(size('10.0.0.0/24', { range: '10.0.0.248/29', gateway: '10.0.0.248' })).toBe(6);
  expect(size('10.0.0.0/31')).toBe(2);
  expect(size('fd00::/64')).toBe(2 ** 64);
});
