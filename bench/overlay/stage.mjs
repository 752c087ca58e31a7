import { execFileSync } from 'node:child_process';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';

/** Addresses of two hosts on a cable (RFC 5737), and of what is at the two ends of a tunnel made by hand between them. */
export const HOSTS = ['192.0.2.1', '192.0.2.2'];
export const HAND = ['10.99.0.1', '10.99.0.2'];

/** Two hosts on a cable, and a VXLAN between them as a person makes it: a bridge on each, behind it a namespace. Answers the namespaces' paths. */
export async function setStage(run) {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const kernel = await LinuxKernel.open({ run, instance: { id: 'bench-stage', group: 77 } });
  const stacks = ['ns/h1', 'ns/h2', 'ns/f1', 'ns/f2'];
  const at = (where, link, address) => ({ kind: 'address', in: where, link, address });
  const up = (where, link) => ({ kind: 'up', in: where, link });
  await kernel.apply(
    diff(
      [],
      stacks.map((stack) => ({ kind: 'namespace', in: stack })),
    ),
  );
  await kernel.apply(
    diff(
      [],
      [
        { kind: 'link', in: 'ns/h1', name: 'eth0', spec: { type: 'veth', peer: { in: 'ns/h2', name: 'eth0' } } },
        ...HOSTS.flatMap((address, n) => [at(`ns/h${n + 1}`, 'eth0', `${address}/24`), up(`ns/h${n + 1}`, 'eth0')]),
      ],
    ),
  );
  const [h1, h2, f1, f2] = stacks.map((stack) => kernel.pathOf(stack));
  await kernel[Symbol.asyncDispose]();
  byHand(h1, f1, 0);
  byHand(h2, f2, 1);
  return { hosts: [h1, h2], hand: [f1, f2] };
}

function byHand(host, inside, n) {
  const ip = (where, text) => execFileSync('nsenter', [`--net=${where}`, 'ip', ...text.split(' ')]);
  ip(host, 'link add dev brf mtu 1450 type bridge');
  ip(host, `link add dev vxf mtu 1450 type vxlan id 9999 dstport 4790 local ${HOSTS[n]} remote ${HOSTS[1 - n]}`);
  ip(host, 'link set vxf master brf');
  ip(host, `link add dev vfx mtu 1450 type veth peer name eth0 mtu 1450 netns ${inside}`);
  ip(host, 'link set vfx master brf');
  for (const link of ['brf', 'vxf', 'vfx']) ip(host, `link set ${link} up`);
  ip(inside, `address add ${HAND[n]}/24 dev eth0`);
  ip(inside, 'link set eth0 up');
}
