import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

// What says nothing about a host that somebody built: numbers that the kernel gives, times that run, marks, and what is true a moment later.
const PASSING = new Set([
  ...['ifindex', 'link_index', 'link_netnsid', 'link', 'ifalias', 'group', 'operstate', 'handle', 'metainfo', 'dadfailed', 'carrier_changes'],
  ...[
    'forward_delay_timer',
    'hold_timer',
    'message_age_timer',
    'hello_timer',
    'tcn_timer',
    'topology_change_timer',
    'gc_timer',
    'root_id',
    'bridge_id',
    'designated_bridge',
    'designated_root',
    'state',
  ],
  ...['used', 'confirmed', 'probes', 'refcnt', 'updated', 'qlen', 'backlog', 'bytes', 'packets', 'drops', 'overlimits', 'requeues', 'last_used', 'first_used'],
]);
const FLEETING_FLAGS = new Set(['LOWER_UP', 'NO-CARRIER', 'M-DOWN', 'linkdown', 'dead']);

/** What Debian's tools say of the stack at this path: the same for two that somebody built alike. */
export async function kernelState(path: string, env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, unknown>>> {
  const said = async (...argv: readonly string[]) => (await run('nsenter', [`--net=${path}`, ...argv], { env, maxBuffer: 1 << 26 })).stdout;
  const listed = async (...argv: readonly string[]) => {
    const found = JSON.parse((await said(...argv)) || '[]') as readonly unknown[];
    return found.map((each) => nameless(lasting(each))).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  };
  const links = (await listed('ip', '-d', '-j', 'link', 'show')) as readonly { readonly ifname: string }[];
  const filters = (device: string) => Promise.all(['root', 'ingress', 'egress'].map((where) => listed('tc', '-j', 'filter', 'show', 'dev', device, where)));
  const rest = {
    addresses: listed('ip', '-j', 'address', 'show'),
    routes: listed('ip', '-j', 'route', 'show', 'table', 'all'),
    routes6: listed('ip', '-6', '-j', 'route', 'show', 'table', 'all'),
    rules: listed('ip', '-j', 'rule', 'show'),
    neighbours: listed('ip', '-j', 'neighbour', 'show', 'nud', 'permanent'),
    ports: listed('bridge', '-d', '-j', 'link', 'show'),
    queues: listed('tc', '-j', 'qdisc', 'show'),
    // Of some kinds tc has no JSON.
    classes: Promise.all(links.map(({ ifname }) => said('tc', 'class', 'show', 'dev', ifname))),
    filters: Promise.all(links.map(({ ifname }) => filters(ifname))),
    settings: said('sysctl', '-a', '--pattern', String.raw`^net\.(ipv4|ipv6|bridge)\.`).then(settled),
    ruleset: said('nft', '-j', 'list', 'ruleset').then(rules),
  };
  const answers = await Promise.all(Object.entries(rest).map(async ([name, answer]) => [name, await answer] as const));
  return { links, ...Object.fromEntries(answers) };
}

// Nobody ever addresses the middle of a detour for rates: the kernel draws its MAC address.
function nameless(value: unknown): unknown {
  const { flags } = value as { readonly flags?: readonly string[] };
  if (!flags?.includes('NOARP')) return value;
  return Object.fromEntries(Object.entries(value as object).filter(([name]) => name !== 'address'));
}

function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => !FLEETING_FLAGS.has(each as string)).map(lasting);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !PASSING.has(name));
  return Object.fromEntries(kept.map(([name, each]) => [name, lasting(each)]));
}

// Settings that count, or that were drawn at random.
const settled = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !/(tcp_fastopen_key|stable_secret|random|fib_notify|tcp_mem|udp_mem|flush|unix)/.test(line));

// In a map or set the order of elements is that of its hash, which is seeded anew for each.
// A rule in a chain of somebody else's says in its comment whose it is.
const rules = (text: string): unknown =>
  (JSON.parse(text.replaceAll(/fairlead:[^" ]+/g, 'fairlead:')) as { readonly nftables: readonly unknown[] }).nftables.map((each) => ordered(lasting(each)));

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (name !== 'elem' || !Array.isArray(each)) return [name, ordered(each)];
      return [name, each.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))];
    }),
  );
}
