import { admissionMark, aliasOf, type Instance } from './mark.js';
import type { AdmissionResource, LinkResource, NamespaceResource, Stack } from './resource.js';

/** How whoever types commands gets into a stack and makes namespaces, and what marks a link as belonging to an instance. */
export interface Hand {
  /** A tool of iproute2, at work in a stack. */
  tool(name: 'ip' | 'bridge' | 'tc', stack: Stack): string;
  /** What stands before any other command to run it in a stack. */
  within(stack: Stack): string;
  /** What `ip link add … netns` calls a stack. */
  nameOf(stack: Stack): string;
  /** Makes a namespace, or gives an adopted one its name. */
  namespace(resource: NamespaceResource): readonly string[];
  /** Gives it the name again that it has lost, from a process that lives in it. */
  rebind(resource: NamespaceResource, process: number): readonly string[];
  /** Ends it. */
  noNamespace(resource: NamespaceResource): readonly string[];
  /** What is said of a link's group when it is made, and of its alias after. */
  mark(link: LinkResource): { readonly group: string; readonly alias: string };
  /** The comment of a rule in a chain of another's, quoted for nft. */
  comment(rule: AdmissionResource): string;
}

/** Somebody who would make it for themselves: namespaces are where `ip netns` has them, and nothing is marked. */
export const plainHand: Hand = {
  tool: (name, stack) => (stack === 'host' ? name : `${name} -n ${bare(stack)}`),
  within: (stack) => (stack === 'host' ? '' : `ip netns exec ${bare(stack)} `),
  nameOf: bare,
  namespace: ({ in: stack, adopted }) =>
    adopted === undefined
      ? [`ip netns add ${bare(stack)}`]
      : ['mkdir -p /run/netns', `touch /run/netns/${bare(stack)}`, `mount --bind ${quote(adopted.path)} /run/netns/${bare(stack)}`],
  rebind: ({ in: stack }, process) => [`ip netns attach ${bare(stack)} ${process}`],
  noNamespace: ({ in: stack }) => [`ip netns delete ${bare(stack)}`],
  mark: () => ({ group: '', alias: '' }),
  comment: (rule) => nftString(admissionMark({ id: 'by-hand' }, rule)),
};

/** Somebody who mends what an instance made: what is typed is found by that instance as its own. `ip -n` knows files in /run/netns alone. */
export function mendingHand(instance: Instance, pathOf: (stack: Stack) => string): Hand {
  const path = (stack: Stack): string => quote(pathOf(stack));
  const within = (stack: Stack): string => (stack === 'host' ? '' : `nsenter --net=${path(stack)} `);
  return {
    tool: (name, stack) => `${within(stack)}${name}`,
    within,
    nameOf: path,
    namespace: ({ in: stack, adopted }) => [
      `touch ${path(stack)}`,
      adopted === undefined ? `unshare --net=${path(stack)} true` : `mount --bind ${quote(adopted.path)} ${path(stack)}`,
    ],
    rebind: ({ in: stack }, process) => [`touch ${path(stack)}`, `mount --bind /proc/${process}/ns/net ${path(stack)}`],
    noNamespace: ({ in: stack }) => [`umount ${path(stack)}`, `rm ${path(stack)}`],
    mark: (link) => ({ group: ` group ${instance.group}`, alias: ` alias ${quote(aliasOf(instance, link))}` }),
    comment: (rule) => nftString(admissionMark(instance, rule)),
  };
}

function bare(stack: Stack): string {
  return stack.slice('ns/'.length);
}

const nftString = (text: string): string => `'"${text}"'`;

const quote = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
