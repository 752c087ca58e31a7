import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commands } from '#dist/resource/commands.js';
import type { EnslavedResource } from '#dist/resource/resource.js';
import { debian } from '../tool/debian.js';
import { type Person, person } from '../tool/person.js';

// A person who lends a bridge all that the host has by a link, and gives it back, by the commands that `explain`, `doctor` and the guide type.
const resource: EnslavedResource = { kind: 'enslaved', in: 'host', link: 'eth1', master: 'lan0' };
const [lending, releasing] = [commands([{ do: 'create', resource }]), commands([{ do: 'delete', resource }])];
const env = debian('iproute2', 'procps');
let typist: Person;

const type = async (...lines: readonly string[]) => {
  const { out, err } = await typist.type(lines);
  expect(err).toBe('');
  return out;
};

/** What the host has by a link, but for how long yet, and whether somebody is at its end. */
async function has(link: string): Promise<readonly string[]> {
  const out = await type(
    `ip -o address show dev ${link}`,
    `ip -4 route show table all dev ${link} | grep -v 'table local'`,
    `ip -6 route show table all dev ${link} | grep -v 'table local'`,
  );
  const plain = out.replaceAll(link, 'LINK').replaceAll(/^\d+: |( nodad| tentative| linkdown)\b/gm, '');
  return plain
    .replaceAll(/\d+sec/g, 'Nsec')
    .replaceAll('ra metric 1024', 'ra metric 1025')
    .trimEnd()
    .split('\n')
    .toSorted();
}

beforeEach(async () => {
  typist = await person(env);
  await type(
    'ip link add eth1 address 02:00:00:00:00:05 type veth peer name far',
    'ip link set far up',
    'ip link set eth1 up',
    'ip address add 192.0.2.5/24 brd + dev eth1',
    'ip address add 192.0.2.9/24 dev eth1 valid_lft 3000 preferred_lft 2000',
    'ip address add 198.51.100.1 peer 198.51.100.2/32 dev eth1',
    'ip address add 2001:db8::5/64 dev eth1 nodad',
    'ip route add default via 192.0.2.1 dev eth1',
    'ip route add 203.0.113.1 dev eth1',
    'ip route add 198.18.0.0/15 via 203.0.113.1 dev eth1 metric 5',
    'ip route add default via 192.0.2.1 dev eth1 table 1000',
    'ip -6 route add default via fe80::1 dev eth1 proto ra metric 1024 expires 1800',
    'ip -6 route add default via 2001:db8::1 dev eth1 metric 2000',
    'ip -6 route add fd77::1 dev eth1',
    'ip -6 route add fd55::/64 via fd77::1 dev eth1',
    'ip link add lan0 type bridge',
    'ip link set lan0 address 02:00:00:00:00:05 up',
  );
});
afterEach(async () => await typist.close());

it.each(['', 'ip link set far down'])('is lent and given back to the last route, gateways of both families among them: %s', async (meanwhile) => {
  const before = await has('eth1');
  expect(before.filter((line) => line.includes(' via '))).toHaveLength(6);
  await type(...lending);
  expect(await has('lan0')).toEqual(before);
  if (meanwhile) await type(meanwhile);
  await type(...releasing, 'ip link delete lan0');
  expect(await has('eth1')).toEqual(before);
});

it('is what the guide says', () => {
  const guide = readFileSync(fileURLToPath(new URL('../../docs/guides/underlay.md', import.meta.url)), 'utf8');
  for (const line of releasing) expect(guide).toContain(`    ${line}\n`);
});
