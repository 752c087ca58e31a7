import { expect, it } from 'vitest';
import { view } from '../../../test/tool/doctor-view.js';
import { neighboursCheck } from './neighbours.js';

const look = async (entries: number, refused: number) =>
  neighboursCheck.run(
    view({
      neighbourTables: async () => [
        { family: 4, entries, most: 1024, refused },
        { family: 6, entries: 3, most: 1024, refused: 0 },
      ],
    }),
  );

it('tells of a table with no room, and how to have more', async () => {
  const mend =
    "sysctl -w net.ipv4.neigh.default.gc_thresh3=8192 net.ipv4.neigh.default.gc_thresh2=4096 net.ipv4.neigh.default.gc_thresh1=1024 # in the machine's first network namespace";
  const problem =
    'the kernel knows 1010 neighbours of IPv4 in all its namespaces, 1024 is the most, and there was no room 17 times: packets to others are dropped';
  expect(await look(1010, 17)).toEqual([{ code: 'neighbours-full', object: 'host', problem, mend }]);
  expect(await look(1024, 1)).toMatchObject([{ problem: expect.stringContaining('no room once:') }]);
});

it('says nothing of one that was full once, or is without having refused anybody', async () => {
  expect(await look(500, 17)).toEqual([]);
  expect(await look(1024, 0)).toEqual([]);
});
