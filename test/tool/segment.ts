import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./segment.mjs', import.meta.url));
const run = promisify(execFile);

/** A link as its host sees it, with the addresses and routes that the host has by it. */
export interface SegmentLink {
  readonly name: string;
  readonly mac?: string;
  readonly mtu?: number;
  readonly up?: boolean;
  readonly master?: string;
  readonly has?: readonly string[];
}

/** What the host in this namespace has by these links. */
export async function linksOf(namespace: string, ...names: readonly string[]): Promise<readonly SegmentLink[]> {
  const { stdout } = await run(process.execPath, [script, namespace, 'now', ...names]);
  return JSON.parse(stdout) as readonly SegmentLink[];
}

/** Gives a link of the host what administrators have beside a default route: routes of every kind, a table and a rule that leads there. */
export const furnish = async (namespace: string, link: string, gateway: string, source: string): Promise<void> =>
  void (await run(process.execPath, [script, namespace, 'furnish', link, gateway, source]));

/** `ip rule add|delete iif LINK table main`. */
export const nameInRule = async (namespace: string, link: string, how: 'add' | 'delete'): Promise<void> =>
  void (await run(process.execPath, [script, namespace, 'rule', link, how]));

/** `ip link set LINK nomaster` */
export const takeOff = async (namespace: string, link: string): Promise<void> => void (await run(process.execPath, [script, namespace, 'off', link]));

/** `ip link set LINK mtu MTU address MAC` */
export const alter = async (namespace: string, link: string, mtu: number, mac: string): Promise<void> =>
  void (await run(process.execPath, [script, namespace, 'alter', link, String(mtu), mac]));

/** Takes away what the host has by a link, as `linksOf` calls it. */
export const drop = async (namespace: string, link: string, thing: string): Promise<void> =>
  void (await run(process.execPath, [script, namespace, 'drop', link, thing]));

/** `ip neighbour add proxy ADDRESS dev LINK` */
export const answerFor = async (namespace: string, link: string, ...addresses: readonly string[]): Promise<void> =>
  void (await run(process.execPath, [script, namespace, 'answer', link, ...addresses]));

/** `ip -6 route add default via GATEWAY dev LINK proto ra` */
export const learn = async (namespace: string, link: string, gateway: string): Promise<void> =>
  void (await run(process.execPath, [script, namespace, 'learn', link, gateway]));

/** How a pulse went: for how many milliseconds nothing came back at most. */
export interface Beat {
  readonly sent: number;
  readonly lost: number;
  readonly longest: number;
}

/** Sends a datagram each millisecond from a namespace, until it is asked how that went. */
export async function pulse(namespace: string, address: string, port: number): Promise<{ ended(): Promise<Beat> }> {
  const child = spawn(process.execPath, [script, namespace, 'pulse', address, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    async ended() {
      const said = once(child.stdout, 'data');
      const gone = once(child, 'exit');
      child.stdin.end();
      const [line] = await said;
      await gone;
      return JSON.parse(String(line)) as Beat;
    },
  };
}
