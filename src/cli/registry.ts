import type { Define } from './define.js';
import { STATEMENT } from './statement.js';

/** A command: its words, what it does in a line, and where its file is. The file is loaded only when the command is used. */
export interface Entry {
  readonly words: readonly [string] | readonly [string, string];
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Whether flags end at the first word that is none: what stands behind it belongs to a command that is run. */
  readonly passesOn?: true;
  readonly load: () => Promise<Define>;
}

/** The nouns, in the order of the help. */
export const groups = [
  { name: 'network', summary: 'Networks: sets of endpoints that can talk' },
  { name: 'sandbox', summary: 'Sandboxes: network stacks to run commands in', note: STATEMENT },
  { name: 'endpoint', summary: 'Endpoints: each connects one sandbox to one network' },
  { name: 'host', summary: 'Hosts that share networks with this one' },
  { name: 'cni', summary: 'Networks of CNI plugins, whosever they are; no daemon is needed' },
] as const;

const NETWORK: readonly Entry[] = [
  { words: ['network', 'create'], summary: 'Create a network and print its id', load: async () => (await import('./commands/network/create.js')).create },
  { words: ['network', 'ls'], aliases: ['list'], summary: 'List networks', load: async () => (await import('./commands/network/ls.js')).ls },
  {
    words: ['network', 'inspect'],
    summary: 'Show networks in the shape of Docker Engine',
    load: async () => (await import('./commands/network/inspect.js')).inspect,
  },
  { words: ['network', 'rm'], aliases: ['remove'], summary: 'Remove networks', load: async () => (await import('./commands/network/rm.js')).rm },
  { words: ['network', 'prune'], summary: 'Remove all networks that nothing uses', load: async () => (await import('./commands/network/prune.js')).prune },
  { words: ['network', 'connect'], summary: 'Connect a sandbox to a network', load: async () => (await import('./commands/network/connect.js')).connect },
  {
    words: ['network', 'disconnect'],
    summary: 'Disconnect a sandbox from a network',
    load: async () => (await import('./commands/network/disconnect.js')).disconnect,
  },
  {
    words: ['network', 'update'],
    summary: 'Change a living network: its options, egress, rates, labels',
    load: async () => (await import('./commands/network/update.js')).update,
  },
];

const SANDBOX: readonly Entry[] = [
  { words: ['sandbox', 'create'], summary: 'Create a sandbox and print its id', load: async () => (await import('./commands/sandbox/create.js')).create },
  { words: ['sandbox', 'ls'], aliases: ['list'], summary: 'List sandboxes', load: async () => (await import('./commands/sandbox/ls.js')).ls },
  {
    words: ['sandbox', 'inspect'],
    summary: 'Show sandboxes in the shape of Docker Engine',
    load: async () => (await import('./commands/sandbox/inspect.js')).inspect,
  },
  { words: ['sandbox', 'exec'], passesOn: true, summary: 'Run a command in a sandbox', load: async () => (await import('./commands/sandbox/exec.js')).exec },
  {
    words: ['sandbox', 'update'],
    summary: 'Change a living sandbox: its name, ports, aliases, egress, rates, name servers, hosts, labels',
    load: async () => (await import('./commands/sandbox/update.js')).update,
  },
  { words: ['sandbox', 'rm'], aliases: ['remove'], summary: 'Remove sandboxes', load: async () => (await import('./commands/sandbox/rm.js')).rm },
];

const ENDPOINT: readonly Entry[] = [
  { words: ['endpoint', 'create'], summary: 'Create an endpoint and print its id', load: async () => (await import('./commands/endpoint/create.js')).create },
  { words: ['endpoint', 'ls'], aliases: ['list'], summary: 'List endpoints', load: async () => (await import('./commands/endpoint/ls.js')).ls },
  {
    words: ['endpoint', 'inspect'],
    summary: 'Show endpoints in the shape of Docker Engine',
    load: async () => (await import('./commands/endpoint/inspect.js')).inspect,
  },
  {
    words: ['endpoint', 'update'],
    summary: 'Change how fast an endpoint may be, its rank among the ways out, labels',
    load: async () => (await import('./commands/endpoint/update.js')).update,
  },
  { words: ['endpoint', 'join'], summary: 'Put an endpoint into a sandbox', load: async () => (await import('./commands/endpoint/join.js')).join },
  {
    words: ['endpoint', 'leave'],
    summary: 'Take an endpoint out of its sandbox; it keeps its addresses',
    load: async () => (await import('./commands/endpoint/leave.js')).leave,
  },
  { words: ['endpoint', 'rm'], aliases: ['remove'], summary: 'Remove endpoints', load: async () => (await import('./commands/endpoint/rm.js')).rm },
];

const HOST: readonly Entry[] = [
  { words: ['host', 'ls'], aliases: ['list'], summary: 'List the hosts of the cluster', load: async () => (await import('./commands/host/ls.js')).ls },
  { words: ['host', 'forget'], summary: 'Free what a host has that does not come back', load: async () => (await import('./commands/host/forget.js')).forget },
];

const CNI: readonly Entry[] = [
  { words: ['cni', 'add'], summary: 'Add a container to a network and print the result', load: async () => (await import('./commands/cni/add.js')).add },
  { words: ['cni', 'del'], summary: 'Take a container off a network', load: async () => (await import('./commands/cni/del.js')).del },
  {
    words: ['cni', 'check'],
    summary: 'Tell whether a container is on a network as it was added',
    load: async () => (await import('./commands/cni/check.js')).check,
  },
  { words: ['cni', 'gc'], summary: 'Take all that is gone off a network', load: async () => (await import('./commands/cni/gc.js')).gc },
  { words: ['cni', 'status'], summary: 'Tell whether a network can be added to', load: async () => (await import('./commands/cni/status.js')).status },
];

const ALONE: readonly Entry[] = [
  {
    words: ['run'],
    passesOn: true,
    summary: 'Run a command in a sandbox of its own, on one or more networks',
    load: async () => (await import('./commands/run.js')).run,
  },
  {
    words: ['exec'],
    passesOn: true,
    summary: 'Run a command in a sandbox (as sandbox exec)',
    load: async () => (await import('./commands/sandbox/exec.js')).exec,
  },
  { words: ['ps'], summary: 'List sandboxes (as sandbox ls)', load: async () => (await import('./commands/sandbox/ls.js')).ls },
  {
    words: ['explain'],
    summary: 'Print the commands by which a person would build an object',
    load: async () => (await import('./commands/explain.js')).explain,
  },
  { words: ['doctor'], summary: 'Compare what should be with what is, and say the mend', load: async () => (await import('./commands/doctor.js')).doctor },
  { words: ['events'], summary: 'Print what happens, as it happens', load: async () => (await import('./commands/events.js')).events },
  { words: ['info'], summary: 'Print what the daemon says of itself and its host', load: async () => (await import('./commands/info.js')).info },
  { words: ['version'], summary: 'Print the versions of this program and of the daemon', load: async () => (await import('./commands/version.js')).versions },
  { words: ['completion'], summary: 'Print the completion script of a shell', load: async () => (await import('./commands/completion.js')).completion },
  { words: ['daemon'], summary: 'Run the daemon in the foreground', load: async () => (await import('./commands/daemon.js')).daemon },
  { words: ['demo'], summary: 'Show what Fairlead does in ten seconds, touching nothing', load: async () => (await import('./commands/demo.js')).demo },
];

/** Every command. */
export const registry: readonly Entry[] = [...NETWORK, ...SANDBOX, ...ENDPOINT, ...HOST, ...CNI, ...ALONE];

/** The command that these words name, aliases included. */
export const findEntry = (words: readonly string[]): Entry | undefined =>
  registry.find((entry) => {
    const [first, second] = entry.words;
    if (words[0] !== first) return false;
    return second === undefined || words[1] === second || (words[1] !== undefined && (entry.aliases?.includes(words[1]) ?? false));
  });

/** How a command is called, as a person writes it. */
export const callOf = (entry: Entry): string => ['fairlead', ...entry.words].join(' ');
