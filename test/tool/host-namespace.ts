import { holder, holdNamespace } from './held-namespace.js';

/** A "host" of a test's own: a fresh network namespace with loopback up, and a directory for what runs on it. */
export interface HostNamespace {
  /** The namespace's file. */
  readonly path: string;
  /** A run directory; it goes at the end, with what is mounted below it. */
  readonly run: string;
  /** Runs a program on the host and answers its output. */
  exec(argv: readonly string[]): Promise<string>;
  /** What somebody else does there: `ip link add` of a bridge and `set up`, `ip link delete`, `ip link set down` and `name`, `ip route replace default`, `ip address delete`, `tc qdisc delete root` and `ingress`, others in their place, `nft flush ruleset`, `ip xfrm state flush`. */
  addLink(name: string, type?: 'bridge' | 'ifb'): Promise<void>;
  deleteLink(name: string): Promise<void>;
  setDown(name: string): Promise<void>;
  /** Takes a link down, and up again. */
  replug(name: string): Promise<void>;
  /** Takes whose it is off a link: it is nobody's then. */
  unmark(name: string): Promise<void>;
  rename(name: string, to: string): Promise<void>;
  /** What the host sends outside goes by this link. */
  sendBy(link: string): Promise<void>;
  addAddress(link: string, address: string): Promise<void>;
  deleteAddress(link: string, address: string): Promise<void>;
  deleteQueue(link: string): Promise<void>;
  deleteIngress(link: string): Promise<void>;
  replaceQueues(link: string): Promise<void>;
  flushRuleset(): Promise<void>;
  flushTransforms(): Promise<void>;
  /** `sysctl -w`. */
  writeSysctl(path: string, value: string): Promise<void>;
  /** Messages to nf_tables, of which the last is acknowledged. */
  netfilter(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Makes one. Needs root, in the first user namespace or in one of its own, and `unshare` and `nsenter`. */
export async function hostNamespace(): Promise<HostNamespace> {
  const held = await holdNamespace([process.execPath, holder]);
  const ask = async (...words: readonly string[]) => {
    const trouble = await held.say(JSON.stringify(words));
    if (trouble !== '') throw new Error(trouble);
  };
  return {
    path: held.path,
    run: held.greeting,
    exec: held.exec,
    addLink: (name, type = 'bridge') => ask('add-link', name, type),
    deleteLink: (name) => ask('delete-link', name),
    unmark: (name) => ask('unmark', name),
    setDown: (name) => ask('set-down', name),
    replug: async (name) => {
      await ask('set-down', name);
      await ask('set-up', name);
    },
    rename: (name, to) => ask('rename', name, to),
    sendBy: (link) => ask('send-by', link),
    addAddress: (link, address) => ask('add-address', link, address),
    deleteAddress: (link, address) => ask('delete-address', link, address),
    deleteQueue: (link) => ask('delete-queue', link),
    deleteIngress: (link) => ask('delete-ingress', link),
    replaceQueues: (link) => ask('replace-queues', link),
    writeSysctl: async (path, value) => void (await held.exec(['sh', '-c', `echo ${value} > /proc/sys/${path}`])),
    netfilter: (bytes) => ask('netfilter', Buffer.from(bytes).toString('hex')),
    flushRuleset: () => ask('flush-ruleset'),
    flushTransforms: () => ask('flush-transforms'),
    close: held.close,
  };
}
