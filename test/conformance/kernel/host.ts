import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { ErrorCode } from '../../../src/base/error-table.js';
import type { Kernel } from '../../../src/kernel/kernel.js';
import { commands } from '../../../src/resource/commands.js';
import { diff } from '../../../src/resource/diff.js';
import { keyOf } from '../../../src/resource/key.js';
import type { Operation, Resource, Stack } from '../../../src/resource/resource.js';

/** A host under test: a kernel, and what others can do on that host. */
export interface Host {
  readonly kernel: Kernel;
  /** Ends the kernel and opens it again, as a restarted program does. */
  reopen(): Promise<Kernel>;
  /** A network namespace that somebody else made, and may lead outside for IPv4. */
  adoptable(): Promise<{ readonly path: string; leadOut(): Promise<void>; release(): Promise<void> }>;
  /** What somebody else does in the host's stack. */
  readonly disturb: {
    /** Makes a link of its own, which is up in the end. */
    addLink(name: string, type?: 'ifb'): Promise<void>;
    deleteLink(name: string): Promise<void>;
    /** Takes our mark off a link: it is somebody else's. */
    unmark(link: string): Promise<void>;
    /** Pulls the cable of somebody else's link out, and plugs it in again. */
    replug(link: string): Promise<void>;
    /** Gives a link of its own another name. */
    rename(link: string, to: string): Promise<void>;
    /** Lets what the host sends outside go by this link. */
    sendBy(link: string): Promise<void>;
    flushRuleset(): Promise<void>;
    /** Docker makes its chain DOCKER-USER for this family. */
    makeDockerUser(family: 'ip' | 'ip6'): Promise<void>;
    addAddress(link: string, address: string): Promise<void>;
    deleteAddress(link: string, address: string): Promise<void>;
    /** Takes away how fast a link sends. */
    deleteQueue(link: string): Promise<void>;
    /** Takes away where what comes in by a link goes. */
    deleteIngress(link: string): Promise<void>;
    /** Puts something of its own in both places of ours. */
    replaceQueues(link: string): Promise<void>;
    /** Writes a setting of the host's. */
    writeSysctl(path: string, value: string): Promise<void>;
  };
  /** Starts a process on this host; answers its pid. */
  startProcess(): Promise<number>;
  /** Ends it with SIGKILL, and returns when it has gone. */
  endProcess(pid: number): Promise<void>;
  /** Closes a descriptor that the kernel gave. */
  closeSocket(descriptor: number): void;
  close(): Promise<void>;
}

/** Makes a host with nothing of ours on it. */
export type Open = () => Promise<Host>;

/** The host that the tests of one `describe` share. Each test leaves it as it was: what remains is deleted, and then nothing may be left. */
export function sharedHost(open: Open): { readonly host: Host; readonly kernel: Kernel } {
  let opened: Host | undefined;
  const host = (): Host => {
    if (!opened) throw new Error('the host is not open');
    return opened;
  };
  beforeAll(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await clear(host().kernel);
    expect(await host().kernel.read()).toEqual([]);
  });
  afterAll(() => opened?.close());
  return {
    get host() {
      return host();
    },
    get kernel() {
      return host().kernel;
    },
  };
}

/** Deletes all that is ours. */
export const clear = async (kernel: Kernel): Promise<void> => settle(kernel, diff(await kernel.read(), []));

/** Makes these resources, in the order of the ledger. */
export const make = (kernel: Kernel, resources: readonly Resource[]): Promise<void> => settle(kernel, diff([], resources));

/** Makes `after` out of `before`. */
export const turn = (kernel: Kernel, before: readonly Resource[], after: readonly Resource[]): Promise<void> => settle(kernel, diff(before, after));

/** Makes the changes in this very order, and waits until the kernel has let go of what they delete. */
export async function settle(kernel: Kernel, plan: readonly Operation[]): Promise<void> {
  const { drained } = await kernel.apply(plan);
  await drained;
}

/** Resources in one order, without fields that say nothing. */
export const sorted = (resources: readonly Resource[]): readonly Resource[] =>
  resources.map((each) => JSON.parse(JSON.stringify(each)) as Resource).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));

/** What the kernel has of ours is exactly this. */
export async function expectRead(kernel: Kernel, resources: readonly Resource[], stacks?: readonly Stack[]): Promise<void> {
  expect(sorted(await kernel.read(stacks))).toEqual(sorted(resources));
}

/** The kernel refuses the operation with this error, names it by its command, and leaves everything as it was. */
export async function expectRefused(kernel: Kernel, operation: Operation, ...codes: readonly ErrorCode[]): Promise<void> {
  const before = sorted(await kernel.read());
  const error: unknown = await kernel.apply([operation]).then(
    () => 'accepted',
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: expect.toSatisfy((code: ErrorCode) => codes.includes(code)), values: { command: commands([operation])[0] } });
  expect(sorted(await kernel.read())).toEqual(before);
}

export const create = (resource: Resource): Operation => ({ do: 'create', resource });
export const remove = (resource: Resource): Operation => ({ do: 'delete', resource });
export const change = (from: Resource, to: Resource): Operation => ({ do: 'change', from, to });
