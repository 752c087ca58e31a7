// iproute2 as a script would use it: two runs of `ip -batch`, or a process a step.
import { execFileSync } from 'node:child_process';
import { started } from '../peers/starter.mjs';
import { serve } from './serve.mjs';

const script = new URL('../baseline.sh', import.meta.url).pathname;

await serve(async ({ batch = true }) => {
  execFileSync('ip', ['link', 'add', 'brb', 'type', 'bridge']);
  execFileSync('ip', ['link', 'set', 'brb', 'up']);
  // Names of namespaces are the whole run's.
  const own = (n) => `${process.pid}-${n}`;
  const address = (n) => `10.69.${(n + 2) >> 8}.${(n + 2) & 255}/16`;
  return {
    title: batch ? 'ip -batch' : 'ip, a process a step',
    attach: (n) => (batch ? batched(own(n), address(n)) : started(script, ['brb', own(n), address(n), '10.69.0.1'])),
    detach: (n) => started('ip', ['link', 'delete', `b${own(n)}`]),
  };
});

async function batched(n, address) {
  await fed([], `netns add b${n}\nlink add b${n} type veth peer name eth0 netns b${n}\nlink set b${n} master brb\nlink set b${n} up\n`);
  await fed(['-n', `b${n}`], `link set lo up\naddress add ${address} dev eth0\nlink set eth0 up\nroute add default via 10.69.0.1\n`);
}

const fed = (flags, input) => started('ip', [...flags, '-batch', '-'], { input });
