import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// How this machine's own network namespace and mounts are, as lines. Read from /proc and /sys, so that no tool is needed; the
// ruleset where there is `nft`. Counters and ages are left out: they change by themselves.

/** Everything that a test must leave as it was. */
export const machine = () => [...links(), ...addresses(), ...routes(), ...settings(), ...namespaces(), ...mounts(), ...ruleset()];

/** What is in one of them and not in the other, as lines; a line that is there twice counts twice. */
export function differences(before, after) {
  const gone = without(before, after).map((line) => `gone: ${line}`);
  const left = without(after, before).map((line) => `left: ${line}`);
  return [...gone, ...left];
}

function without(lines, others) {
  const counts = new Map();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}

const links = () =>
  list('/sys/class/net').map((name) => {
    const of = (attribute) => read(`/sys/class/net/${name}/${attribute}`).trim();
    const master = link(`/sys/class/net/${name}/master`);
    return `link ${name} ${of('address')} mtu ${of('mtu')} flags ${of('flags')} group ${of('netdev_group')} ${master} ${of('ifalias')}`.trim();
  });

// Both tables of the FIB with local addresses, and IPv6's two files less their counters (net/ipv6/route.c, rt6_info_route).
const addresses = () => [
  ...rows('/proc/net/fib_trie')
    .map((line, at, all) => (line.includes('/') && all[at - 1] ? `${all[at - 1].trim()} ${line.trim()}` : ''))
    .filter(Boolean)
    .map((line) => `fib ${line}`),
  ...rows('/proc/net/if_inet6').map((line) => `address ${line}`),
];

const routes = () => [
  ...rows('/proc/net/route')
    .map((line) => line.split(/\s+/))
    .map(([device, to, via, flags, , , metric, mask]) => `route ${device} ${to}/${mask} via ${via} ${flags} ${metric}`),
  ...rows('/proc/net/ipv6_route')
    .map((line) => line.split(/\s+/))
    .map((cells) => `route6 ${[0, 1, 4, 5, 9].map((at) => cells[at]).join(' ')}`),
];

const settings = () =>
  ['ipv4/ip_forward', 'ipv4/conf/all/route_localnet', 'ipv6/conf/all/forwarding', 'ipv6/conf/default/accept_ra'].map(
    (path) => `sysctl ${path} ${read(`/proc/sys/net/${path}`).trim()}`,
  );

const namespaces = () => ['/run/netns', '/run/fairlead', '/run/fairlead/netns'].flatMap((folder) => list(folder).map((name) => `file ${folder}/${name}`));

// Numbers of mounts are given anew; what is mounted where is what counts (proc_pid_mountinfo(5), fields 4, 5 and the type).
const mounts = () =>
  rows('/proc/self/mountinfo').map((line) => {
    const [left, right] = line.split(' - ');
    const [, , , from, to] = (left ?? '').split(' ');
    return `mount ${to} ${from} ${(right ?? '').split(' ')[0]}`;
  });

function ruleset() {
  const nft = spawnSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' });
  return nft.status === 0
    ? nft.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => `nft ${line}`)
    : [];
}

const rows = (path) => read(path).split('\n').filter(Boolean);

function list(path) {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function link(path) {
  try {
    return `master ${readlinkSync(path).split('/').at(-1)}`;
  } catch {
    return '';
  }
}
