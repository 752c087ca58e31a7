import { join } from 'node:path';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '#dist/resource/resource.js';
import type { HostNamespace } from './host-namespace.js';

/** A cable of the host's to the switch. `reflects`: the switch sends back what is for others on the same cable (802.1Qbg's reflective relay). */
export interface Cable {
  readonly name: string;
  readonly reflects?: boolean;
}

/** A switch at the end of cables of a host, and a machine beside it: they are in one namespace. */
export interface Switch {
  readonly path: string;
  /** Plugs in a cable whose end on the host has gone. */
  plug(cable: Cable): Promise<void>;
}

const stack = 'ns/switch';

// Whoever makes it is at home in the machine: what stands upon a link has it in the host's stack.
const tagged = ({ id, addresses }: MachineVlan) => [
  { kind: 'link', in: 'host', name: `br0.${id}`, spec: { type: 'vlan', parent: 'br0', id } },
  ...addresses.map((address) => ({ kind: 'address', in: 'host', link: `br0.${id}`, address })),
  { kind: 'up', in: 'host', link: `br0.${id}` },
];

/** A VLAN in which the machine has addresses as well. */
export interface MachineVlan {
  readonly id: number;
  readonly addresses: readonly string[];
}

/** Makes one; the machine has these addresses. The host's ends of the cables are nobody's who runs Fairlead there, and have no address. */
export async function switchOf(host: HostNamespace, cables: readonly Cable[], addresses: readonly string[], vlan?: MachineVlan): Promise<Switch> {
  let path = '';
  const make = async (...plans: readonly (readonly unknown[])[]) => {
    path = await apply(host.path, join(host.run, 'switch'), plans);
  };
  const cable = ({ name, reflects }: Cable) => [
    { kind: 'link', in: stack, name, master: 'br0', ...(reflects && { hairpin: true }), spec: { type: 'veth', peer: { in: 'host', name } } },
    { kind: 'up', in: stack, link: name },
  ];
  const up = ({ name }: Cable) => ({ kind: 'up', in: 'host', link: name });
  const machine = [
    { kind: 'namespace', in: stack },
    { kind: 'link', in: stack, name: 'br0', spec: { type: 'bridge' } },
    ...addresses.map((address) => ({ kind: 'address', in: stack, link: 'br0', address })),
    { kind: 'up', in: stack, link: 'br0' },
  ];
  await make([...machine, ...cables.flatMap(cable)], cables.map(up));
  if (vlan) await apply(path, join(host.run, 'machine'), [tagged(vlan)]);
  return { path, plug: (each) => make(cable(each), [up(each)]) };
}

/** Applies these plans on this host, one after the other; answers where the switch is then. */
async function apply(host: string, run: string, plans: readonly (readonly unknown[])[]): Promise<string> {
  const kernel = await LinuxKernel.open({ host, run, instance: { id: 'switch', group: 96 } });
  for (const resources of plans) await kernel.apply(diff([], resources as readonly Resource[]));
  const path = kernel.pathOf(stack);
  await kernel[Symbol.asyncDispose]();
  return path;
}
