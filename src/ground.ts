import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from './base/error.js';
import { newId, randomHex } from './base/id.js';
import type { Facts } from './base/json.js';
import { makeDirectory } from './base/make-directory.js';
import { collect } from './base/steps.js';
import type { Prefix } from './ip/types.js';
import { familyOf, ipNumber } from './ip/ip.js';
import { bitsOf, makePrefix } from './ip/prefix.js';
import type { Context } from './engine/context.js';
import { type Names, silentNames } from './names/names.js';
import { HostNameServers } from './host-name-servers.js';
import { hostUpstreams, noServer } from './names/upstreams.js';
import type { Upstream } from './names/types.js';
import type { Kernel } from './kernel/kernel.js';
import type { Instance } from './resource/mark.js';
import type { FairleadOptions } from './options.js';
import { notWritten } from './store/embedded/not-written.js';
import type { Store } from './store/store.js';
import { MemoryStore } from './store/memory/memory-store.js';
import { version } from './base/version.js';

/** What an engine stands on: a kernel and two stores, opened and locked. */
export interface Ground {
  readonly kernel: Kernel;
  readonly definitions: Store;
  readonly boot: Store;
  readonly instance: Instance;
  readonly nameServers: readonly Prefix[];
  readonly names: Names;
  /** Starts another, when that one has ended. */
  readonly openNames: () => Promise<Names>;
  readonly upstreams: HostServers;
  readonly ruleset: Context['ruleset'];
  readonly about: Facts;
  readonly close: () => Promise<void>;
}

/** The host's name servers as they are now, and who wants to hear of others. */
export interface HostServers {
  readonly list: readonly Upstream[];
  follow(changed: () => void): void;
  /** Finds out whether they are others. */
  look(): void;
}

/** Opens kernel and stores, in the order in which they need each other. What was opened is closed again when the rest fails. */
export function openGround(options: FairleadOptions): Promise<Ground> {
  return options.kernel === 'simulated' ? simulatedGround() : linuxGround(options);
}

async function simulatedGround(): Promise<Ground> {
  const { SimulatedKernel } = await import('./kernel/simulated/simulated-kernel.js');
  const instance = { id: newId().slice(0, 12), group: 1 };
  const kernel = new SimulatedKernel({ instance: instance.id });
  const [definitions, boot] = [new MemoryStore(), new MemoryStore()];
  return {
    kernel,
    definitions,
    boot,
    instance,
    nameServers: [],
    names: silentNames,
    openNames: async () => silentNames,
    upstreams: { list: [], follow: () => {}, look: () => {} },
    ruleset: () => '',
    about: { version, instance: instance.id, kernel: 'simulated' },
    close: async () => void (await collect([() => kernel[Symbol.asyncDispose]()])),
  };
}

async function linuxGround({ state = '/var/lib/fairlead', run = '/run/fairlead', host, dns, log }: FairleadOptions): Promise<Ground> {
  const [{ EmbeddedStore }, { LinuxKernel }, { requireRights }, { printRuleset, printSandboxRuleset }, { Resolver }] = await Promise.all([
    import('./store/embedded/embedded-store.js'),
    import('./kernel/linux/linux-kernel.js'),
    import('./kernel/linux/rights.js'),
    import('./kernel/linux/nftables/print.js'),
    import('./names/server/resolver.js'),
  ]);
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    const [first] = await collect(opened.splice(0).reverse());
    if (first !== undefined) throw first;
  };
  const keep = <T extends AsyncDisposable>(thing: T): T => {
    opened.push(async () => thing[Symbol.asyncDispose]());
    return thing;
  };
  const keepSync = <T extends Disposable>(thing: T): T => {
    opened.push(async () => thing[Symbol.dispose]());
    return thing;
  };
  const openNames = () => Resolver.open({ ...(host !== undefined && { host }), ...(log && { log }) });
  let opening: ReturnType<typeof openNames> | undefined;
  try {
    for (const [option, value] of Object.entries({ state, run })) if (value === '') throw noPlace(option);
    requireRights();
    makeRunDirectory(run);
    // Its thread loads what it is made of beside the kernel's: each takes a third of a second on a slow machine.
    opening = openNames();
    opening.catch(() => {});
    const definitions = keep(await EmbeddedStore.open({ path: state, durable: true }));
    const instance = await instanceOf(definitions);
    const kernel = keep(await LinuxKernel.open({ run, instance, ...(host !== undefined && { host }), ...(log && { log }) }));
    const boot = keep(await EmbeddedStore.open({ path: join(run, 'records'), durable: false }));
    await forgetOtherBoots(boot, await kernel.cookie(kernel.pathOf('host')));
    const upstreams = dns ? chosenServers(dns) : keepSync(new HostNameServers());
    return {
      kernel,
      definitions,
      boot,
      instance,
      nameServers: upstreams.list.map(alone),
      names: keep(await opening),
      openNames,
      upstreams,
      ruleset: (of) => (typeof of === 'number' ? printSandboxRuleset(instance.id, of) : printRuleset(of, instance.id)),
      about: {
        version,
        instance: instance.id,
        group: instance.group,
        kernel: read('/proc/sys/kernel/osrelease'),
        boot: read('/proc/sys/kernel/random/boot_id'),
        state,
        run,
        pid: process.pid,
        node: process.version,
      },
      close,
    };
  } catch (error) {
    await close();
    await opening?.then((names) => names[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  }
}

const noPlace = (option: string) => failure('option-invalid', { option, value: '', reason: 'no directory', mend: 'leave it out for the usual one' });

async function instanceOf(definitions: Store): Promise<Instance> {
  const known = (await definitions.list('instance')).entries.get('instance')?.value;
  if (known) return known as unknown as Instance;
  // Groups below 2^24 are left to people; the mark needs no more than to be rare, the alias tells instances apart.
  const instance = { id: randomHex(12), group: 0x1000000 + Number.parseInt(randomHex(6), 16) };
  await definitions.commit([{ key: 'instance', revision: 'absent' }], [{ key: 'instance', value: instance }]);
  return instance;
}

// A fresh host namespace keeps the boot id, so the namespace's cookie belongs to the key as well.
async function forgetOtherBoots(boot: Store, cookie: string): Promise<void> {
  const now = { id: read('/proc/sys/kernel/random/boot_id'), cookie };
  const then = (await boot.list('boot')).entries.get('boot')?.value as Facts | undefined;
  if (then?.['id'] === now.id && then['cookie'] === now.cookie) return;
  const { entries } = await boot.list('');
  await boot.commit([], [...[...entries.keys()].map((key) => ({ key, value: null })), { key: 'boot', value: now }]);
}

// Others may pass through it to the socket, for which they need the group; what else is in it is for this user alone.
function makeRunDirectory(path: string): void {
  try {
    makeDirectory(path, 0o711);
  } catch (error) {
    throw notWritten(path, (error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

function chosenServers(dns: readonly string[]): HostServers {
  const list = dns.map((text) => {
    const [server] = hostUpstreams(`nameserver ${text}`);
    const reason = server ? noServer(server.server) : 'no IP address';
    if (server && reason === undefined) return server;
    throw failure('value-invalid', { field: 'dns', value: text, reason: reason ?? '', mend: 'name a server, as 192.0.2.53' });
  });
  return { list, follow: () => {}, look: () => {} };
}

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8').trim() : '');

const alone = ({ server }: Upstream): Prefix => makePrefix(familyOf(server), ipNumber(server), bitsOf(familyOf(server)));
