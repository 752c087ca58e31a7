import { failure, type FairleadError } from '../../base/error.js';

/** What a plugin is asked to do. */
export const verbs = ['ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION'] as const;
export type Verb = (typeof verbs)[number];

/** One interface of one container: what ADD, DEL and CHECK are about. */
export interface Attachment {
  readonly containerId: string;
  /** The path of the container's namespace; none where DEL is for one that is gone. */
  readonly netns?: string;
  readonly ifName: string;
  /** `CNI_ARGS`, in their order. */
  readonly args: readonly (readonly [string, string])[];
}

/** What a plugin is told by its environment. */
export interface CniCall {
  readonly verb: Verb;
  /** None of GC, STATUS and VERSION. */
  readonly attachment?: Attachment;
  /** Where plugins are looked for, in this order. */
  readonly path: readonly string[];
}

const MISSING = 'missing';
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const LONGEST_INTERFACE = 15; // IFNAMSIZ of linux/if.h without its terminator

/** Whether this may be a container's id or a network's name (specification, "Parameters" and "Network configuration"). */
export const isCniName = (text: string): boolean => NAME.test(text);

/** Whether an interface may be called so: as the kernel takes names, and the specification. */
export const isCniInterface = (text: string): boolean =>
  text !== '' && Buffer.byteLength(text) <= LONGEST_INTERFACE && text !== '.' && text !== '..' && !/[\s/:\0]/.test(text);

/** What a runtime asks of a plugin. Throws `cni-environment`. */
export function parseCall(env: Readonly<Record<string, string | undefined>>): CniCall {
  const verb = verbs.find((each) => each === env['CNI_COMMAND']);
  if (!verb) throw wrong('CNI_COMMAND', env['CNI_COMMAND'], `none of ${verbs.join(', ')}`);
  const path = (env['CNI_PATH'] ?? '').split(':').filter((each) => each !== '');
  if (verb === 'VERSION') return { verb, path };
  if (path.length === 0) throw wrong('CNI_PATH', env['CNI_PATH'], MISSING);
  return verb === 'GC' || verb === 'STATUS' ? { verb, path } : { verb, path, attachment: attachment(env, verb) };
}

function attachment(env: Readonly<Record<string, string | undefined>>, verb: Verb): Attachment {
  const { CNI_CONTAINERID: containerId = '', CNI_NETNS: netns = '', CNI_IFNAME: ifName = '', CNI_ARGS: args = '' } = env;
  if (!isCniName(containerId)) throw wrong('CNI_CONTAINERID', containerId, 'no container id: letters, digits, ".", "_" and "-", a letter or digit first');
  if (!isCniInterface(ifName)) throw wrong('CNI_IFNAME', ifName, 'no name of an interface: 1 to 15 characters, without spaces, "/" and ":"');
  if (netns === '' && verb !== 'DEL') throw wrong('CNI_NETNS', netns, MISSING);
  return { containerId, ifName, args: parseArgs(args), ...(netns !== '' && { netns }) };
}

/** `K=V;K2=V2`. Throws `cni-environment`. */
export function parseArgs(text: string): Attachment['args'] {
  return text
    .split(';')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw wrong('CNI_ARGS', text, 'not KEY=VALUE;KEY=VALUE');
      return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
    });
}

/** The environment in which a plugin is run for this call. */
export function printCall({ verb, attachment: about, path }: CniCall): Readonly<Record<string, string>> {
  return {
    CNI_COMMAND: verb,
    CNI_CONTAINERID: about?.containerId ?? '',
    CNI_NETNS: about?.netns ?? '',
    CNI_IFNAME: about?.ifName ?? '',
    CNI_ARGS: (about?.args ?? []).map(([key, value]) => `${key}=${value}`).join(';'),
    CNI_PATH: path.join(':'),
  };
}

const wrong = (name: string, value = '', reason: string): FairleadError =>
  failure('cni-environment', value === '' ? { name, said: '', reason: MISSING } : { name, said: `: "${value}"`, reason });
