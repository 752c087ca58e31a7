import { join } from 'node:path';
import { interfaceAddress } from '../../ip/interface-address.js';
import { knownPrefix } from '../../ip/prefix.js';
import type { Ip } from '../../ip/types.js';
import { LinuxKernel } from '../../kernel/linux/linux-kernel.js';
import { diff } from '../../resource/diff.js';
import type { Resource } from '../../resource/resource.js';

/** The address of the outside, from a block that is for documentation (RFC 5737). */
export const OUTSIDE = '192.0.2.2' as Ip;
/** The host's own address on the way there. */
export const HOST = '192.0.2.1' as Ip;

const WIRE = knownPrefix('192.0.2.0/24');
const STACK = 'ns/outside';
const LINKS: readonly Resource[] = [
  { kind: 'namespace', in: STACK },
  { kind: 'link', in: 'host', name: 'uplink0', spec: { type: 'veth', peer: { in: STACK, name: 'eth0' } } },
  { kind: 'address', in: 'host', link: 'uplink0', address: interfaceAddress(HOST, WIRE) },
  { kind: 'up', in: 'host', link: 'lo' },
  { kind: 'up', in: 'host', link: 'uplink0' },
  { kind: 'address', in: STACK, link: 'eth0', address: interfaceAddress(OUTSIDE, WIRE) },
  { kind: 'up', in: STACK, link: 'eth0' },
  { kind: 'route', in: 'host', family: 4, to: 'default', via: OUTSIDE, dev: 'uplink0' },
];

/** Gives the empty namespace of the demo an outside: a second namespace behind a cable, with a default route to it. */
export async function setStage(place: string): Promise<{ readonly outside: string }> {
  await using kernel = await open(place);
  await kernel.apply(diff([], LINKS));
  return { outside: kernel.pathOf(STACK) };
}

/** Everything that the demo's host namespace holds, for comparing before and after. */
export async function snapshot(place: string): Promise<string> {
  await using kernel = await open(place);
  return JSON.stringify(await kernel.survey('host'));
}

// Another instance than the one that is shown: what it made is none of that one's business.
const open = (place: string) => LinuxKernel.open({ run: join(place, 'stage'), instance: { id: 'demo-stage', group: 77 } });
