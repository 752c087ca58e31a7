import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readContainer, readContainers, readEvent } from './docker-words.js';

const ID = 'a1'.repeat(32);

it('reads what Docker says of containers', () => {
  const Networks = { web: { EndpointID: 'e1', Aliases: ['db', 'a1a1a1a1a1a1'] }, back: { EndpointID: 'e2', Aliases: null }, none: { EndpointID: '' } };
  expect(readContainer(JSON.stringify({ Name: '/one', NetworkSettings: { Networks } }))).toEqual({
    name: 'one',
    attached: [
      { endpoint: 'e1', aliases: ['db', 'a1a1a1a1a1a1'] },
      { endpoint: 'e2', aliases: [] },
    ],
  });
  expect(readContainers(JSON.stringify([{ Id: ID, Names: ['/one'] }, { Id: '../other' }]))).toEqual([ID]);
  expect(readEvent(JSON.stringify({ Type: 'network', Action: 'connect', Actor: { ID: 'net', Attributes: { container: ID } } }))).toBe(ID);
  expect(readEvent(JSON.stringify({ Type: 'container', Action: 'rename', Actor: { ID, Attributes: { name: 'two' } } }))).toBe(ID);
});

it('reads anything, and takes nothing for an id that is no part of a path', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      readContainer(body);
      for (const id of [...readContainers(body), ...[readEvent(body) ?? []].flat()]) expect(id).toMatch(/^[0-9a-f]+$/);
    }),
  );
});
