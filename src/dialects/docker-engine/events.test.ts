import { afterAll, beforeEach, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';
import { dockerEngineApp } from './app.js';
import type { EngineEvent } from './event-scribe.js';

let fairlead: Fairlead;
let app: ReturnType<typeof dockerEngineApp>;
let closing: AbortController;
beforeEach(async () => {
  await fairlead?.[Symbol.asyncDispose]();
  fairlead = await createFairlead({ kernel: 'simulated' });
  closing = new AbortController();
  app = dockerEngineApp(fairlead, { version: '9.9', closing: closing.signal });
});
afterAll(() => fairlead?.[Symbol.asyncDispose]());

async function heard(query: string, wanted: number, work: () => Promise<unknown>) {
  const answer = await app.request(`/events${query}`);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  await work();
  let text = '';
  while (text.split('\n').length <= wanted) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) break;
    text += value;
  }
  await reader?.cancel();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const said = ({ Type, Action, Actor: { Attributes } }: EngineEvent) => [Type, Action, Attributes['name']].join(' ').trim();
const lines = (text: string): EngineEvent[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
// All that is kept, once all of it has been heard: `/events` that ends now.
const get = async (path: string) => (await app.request(path)).text();
const past = async (query = '') => lines(await get(`/events?until=${Date.now() / 1000 + 0.05}${query}`));
const life = async () => {
  await fairlead.networks.create({ name: 'web' });
  await fairlead.networks.create({ name: 'db' });
  await fairlead.sandboxes.create({ name: 'box', labels: { tier: 'a' }, networks: [{ network: 'web' }, { network: 'db' }] });
  await app.request('/containers/box/rename?name=chest', { method: 'POST' });
  await fairlead.sandboxes.remove('chest');
  await fairlead.networks.remove('web');
};
const LIFE = [
  ...['network create web', 'network create db'],
  ...['container create box', 'network connect web', 'network connect db', 'container start box', 'container rename chest'],
  ...['network disconnect web', 'network disconnect db', 'container destroy chest', 'network destroy web'],
];

it('tell in the Engine’s order of networks, containers and who is connected, also when that has gone', async () => {
  const told = await heard('', LIFE.length, life);
  expect(told.map(said)).toEqual(LIFE);
  const [, , made, connected, , started, renamed, left] = told;
  expect(connected).toMatchObject({
    Type: 'network',
    scope: 'local',
    Actor: { Attributes: { name: 'web', type: 'bridge', container: made.Actor.ID } },
  });
  expect(left.Actor).toEqual(connected.Actor);
  expect(started).toMatchObject({ status: 'start', id: made.Actor.ID, from: '', Actor: { Attributes: { image: '', name: 'box', tier: 'a' } } });
  expect(renamed.Actor.Attributes).toEqual({ image: '', name: 'chest', oldName: '/box', tier: 'a' });
});

it('tell of a pruning when all that it took is gone', async () => {
  for (const name of ['a', 'b', 'c']) await fairlead.networks.create({ name });
  await app.request('/networks/prune', { method: 'POST' });
  const told = (await past()).slice(3);
  expect(told.map(said).toSorted()).toEqual(['network destroy a', 'network destroy b', 'network destroy c', 'network prune']);
  expect(told.at(-1)).toMatchObject({ Action: 'prune', Actor: { ID: '', Attributes: { reclaimed: '0' } } });
});

it('are kept, and told to who asks for the past; then what happens', async () => {
  const began = Date.now() / 1000;
  await life();
  expect((await past()).map(said)).toEqual(LIFE);
  expect(JSON.parse(await get(`/events?since=${began + 3600}&until=${began}`))).toEqual({
    message: `\`since\` time (${began + 3600}) cannot be after \`until\` time (${began})`,
  });
  expect((await past(`&since=${began}`)).map(said)).toEqual(LIFE);
  expect(lines(await get(`/events?since=${began - 9}&until=${began - 5}`))).toEqual([]);
  const more = await heard(`?since=${began}`, LIFE.length + 1, () => fairlead.networks.create({ name: 'late' }));
  expect(more.map(said)).toEqual([...LIFE, 'network create late']);
  expect((await heard('', 1, () => fairlead.networks.create({ name: 'later' }))).map(said)).toEqual(['network create later']);
});

it('are kept up to 256', async () => {
  for (let turn = 0; turn < 300; turn++) await fairlead.sandboxes.update((await first()).id, { name: `box${turn}` });
  await past();
  const told = await past();
  expect(told).toHaveLength(256);
  expect(said(told.at(-1) as EngineEvent)).toBe('container rename box299');
  async function first() {
    return (await fairlead.sandboxes.list())[0] ?? fairlead.sandboxes.create({ name: 'box' });
  }
});

it.each([
  [{ type: ['container'] }, ['container create box', 'container start box', 'container rename chest', 'container destroy chest']],
  [{ event: ['connect', 'destroy'] }, ['network connect web', 'network connect db', 'container destroy chest', 'network destroy web']],
  [{ network: ['we'] }, ['network create web', 'network connect web', 'network disconnect web', 'network destroy web']],
  [{ container: ['che'] }, ['container rename chest', 'container destroy chest']],
  [{ label: ['tier=a'], event: ['start'] }, ['container start box']],
  [{ label: ['tier=b'] }, []],
  [{ scope: ['local'], event: ['create'], type: ['network'] }, ['network create web', 'network create db']],
  [{ image: ['box'] }, []],
])('are filtered by %j', async (filters, wanted) => {
  await life();
  expect((await past(`&filters=${encodeURIComponent(JSON.stringify(filters))}`)).map(said)).toEqual(wanted);
});

it('end at the moment that was asked for, and when the server closes', async () => {
  expect(await (await app.request(`/events?until=${Math.floor(Date.now() / 1000) - 1}`)).text()).toBe('');
  for (const odd of ['until=x', 'since=x']) expect((await app.request(`/events?${odd}`)).status).toBe(400);
  const answer = await app.request('/events');
  closing.abort();
  expect(await answer.text()).toBe('');
});
