import { writeFileSync } from 'node:fs';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';

/** The host's address on the wire to the outside (RFC 5737), and that of the namespace behind a bridge without anything of Fairlead's. */
export const HOST = '192.0.2.1';
export const PLAIN = '10.66.0.2';
const OUTSIDE = '192.0.2.2';

const at = (where, link, address) => ({ kind: 'address', in: where, link, address });
const up = (where, link) => ({ kind: 'up', in: where, link });
const veth = (name, stack, master) => ({
  kind: 'link',
  in: 'host',
  name,
  spec: { type: 'veth', peer: { in: stack, name: 'eth0' } },
  ...(master && { master }),
});

/** An outside behind the host, and beside the network under test a bridge with one namespace, plainly routed. Answers the paths of both namespaces. */
export async function setStage(run) {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  const kernel = await LinuxKernel.open({ run, instance: { id: 'bench-stage', group: 77 } });
  await kernel.apply(
    diff(
      [],
      [
        { kind: 'namespace', in: 'ns/outside' },
        { kind: 'namespace', in: 'ns/plain' },
        up('host', 'lo'),
        veth('uplink0', 'ns/outside'),
        at('host', 'uplink0', `${HOST}/24`),
        up('host', 'uplink0'),
        at('ns/outside', 'eth0', `${OUTSIDE}/24`),
        up('ns/outside', 'eth0'),
        { kind: 'route', in: 'ns/outside', family: 4, to: '10.66.0.0/24', via: HOST, dev: 'eth0' },
        { kind: 'link', in: 'host', name: 'plain0', spec: { type: 'bridge' } },
        at('host', 'plain0', '10.66.0.1/24'),
        up('host', 'plain0'),
        veth('plain1', 'ns/plain', 'plain0'),
        up('host', 'plain1'),
        at('ns/plain', 'eth0', `${PLAIN}/24`),
        up('ns/plain', 'eth0'),
        { kind: 'route', in: 'ns/plain', family: 4, to: 'default', via: '10.66.0.1', dev: 'eth0' },
      ],
    ),
  );
  const paths = { outside: kernel.pathOf('ns/outside'), plain: kernel.pathOf('ns/plain') };
  await kernel[Symbol.asyncDispose]();
  return paths;
}
