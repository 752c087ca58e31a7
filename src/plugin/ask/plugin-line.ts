import { failure } from '../../base/error.js';
import { methods } from '../wire/methods.js';
import type { Method } from '../wire/methods.js';
import type { AddressSpaces, IpamCapabilities } from '../wire/ipam.js';
import type { NetworkCapabilities } from '../wire/network.js';
import { Caller, type PluginSearch } from './caller.js';
import { HostTeller, type PluginHost } from './host-teller.js';

type Network = typeof methods.NetworkDriver;
type Ipam = typeof methods.IpamDriver;
type AskOf<M> = M extends Method<infer Ask, infer _> ? Ask : never;
type AnswerOf<M> = M extends Method<infer _, infer Answer> ? Answer : never;

/** How a call is made. */
export interface CallHow {
  /** A plugin that is not there is not waited for. */
  readonly once?: boolean;
}

/**
 * A plugin as it is spoken to: activated by the first call, once. Every call throws `plugin-absent`, `plugin-silent`, `plugin-refused` and
 * `plugin-unfit`.
 */
export class PluginLine {
  readonly #caller: Caller;
  readonly #answered: (plugin: string) => void;
  readonly #hosts: HostTeller;
  #met: Promise<void> | undefined;
  #activated: Promise<readonly string[]> | undefined;
  #capabilities: Promise<NetworkCapabilities> | undefined;
  #ipam: Promise<{ readonly capabilities: IpamCapabilities; readonly spaces: AddressSpaces }> | undefined;

  /** `answered` hears of each answer: of what waits for this plugin some may be asked again. */
  constructor(plugin: string, search: PluginSearch, closing: AbortSignal, answered: (plugin: string) => void) {
    this.#caller = new Caller(plugin, search, closing);
    this.#answered = answered;
    this.#hosts = new HostTeller((name, host) => this.#call('NetworkDriver', name, methods.NetworkDriver[name], host));
  }

  /** The hosts that are there, of several: a driver of networks that connects them is told of each from its first use on. */
  know(hosts: () => readonly PluginHost[]): void {
    this.#hosts.know(hosts);
  }

  /** What it is: `NetworkDriver`, `IpamDriver`, and what else there may be. */
  kinds(how: CallHow = {}): Promise<readonly string[]> {
    this.#activated ??= this.#caller
      .call({ kind: 'Plugin', name: 'Activate', method: methods.Plugin.Activate }, undefined, how.once)
      .then((kinds) => kinds ?? []);
    return this.#activated.catch((error: unknown) => {
      this.#activated = undefined;
      throw error;
    });
  }

  /** What it can as a driver of networks. */
  async capabilities(): Promise<NetworkCapabilities> {
    await this.#require('NetworkDriver');
    this.#capabilities ??= this.#call('NetworkDriver', 'GetCapabilities', methods.NetworkDriver.GetCapabilities, undefined).then(
      (found) => found as NetworkCapabilities,
    );
    return this.#capabilities.catch((error: unknown) => {
      this.#capabilities = undefined;
      throw error;
    });
  }

  /** What it can as a driver of addresses, and its spaces. */
  async ipam(): Promise<{ readonly capabilities: IpamCapabilities; readonly spaces: AddressSpaces }> {
    await this.#require('IpamDriver');
    this.#ipam ??= this.#askIpam();
    return this.#ipam.catch((error: unknown) => {
      this.#ipam = undefined;
      throw error;
    });
  }

  /** A call of a driver of networks; `undefined` where the plugin has no such call and need not have it. */
  async network<Name extends keyof Network>(name: Name, ask: AskOf<Network[Name]>, how: CallHow = {}): Promise<AnswerOf<Network[Name]> | undefined> {
    await this.#require('NetworkDriver', how);
    if (this.#hosts.knows && !how.once) await this.#meet();
    const answer = await this.#call(
      'NetworkDriver',
      name,
      methods.NetworkDriver[name] as unknown as Method<AskOf<Network[Name]>, AnswerOf<Network[Name]>>,
      ask,
      how,
    );
    this.#answered(this.#caller.plugin);
    return answer;
  }

  /** A call of a driver of addresses. */
  async addresses<Name extends keyof Ipam>(name: Name, ask: AskOf<Ipam[Name]>, how: CallHow = {}): Promise<AnswerOf<Ipam[Name]>> {
    await this.#require('IpamDriver', how);
    const answer = await this.#call('IpamDriver', name, methods.IpamDriver[name] as unknown as Method<AskOf<Ipam[Name]>, AnswerOf<Ipam[Name]>>, ask, how);
    this.#answered(this.#caller.plugin);
    return answer as AnswerOf<Ipam[Name]>;
  }

  // Before anything else is asked, as Docker has it.
  #meet(): Promise<void> {
    this.#met ??= this.capabilities().then(({ scope, connectivity = scope }) => (connectivity === 'global' ? this.#hosts.begin() : undefined));
    return this.#met.catch((error: unknown) => {
      this.#met = undefined;
      throw error;
    });
  }

  #call<Ask, Answer>(
    kind: 'NetworkDriver' | 'IpamDriver',
    name: string,
    method: Method<Ask, Answer>,
    ask: Ask,
    how: CallHow = {},
  ): Promise<Answer | undefined> {
    return this.#caller.call({ kind, name, method }, ask, how.once);
  }

  async #askIpam() {
    const capabilities = await this.#call('IpamDriver', 'GetCapabilities', methods.IpamDriver.GetCapabilities, undefined);
    const spaces = await this.#call('IpamDriver', 'GetDefaultAddressSpaces', methods.IpamDriver.GetDefaultAddressSpaces, undefined);
    return { capabilities: capabilities ?? { needsMac: false, needsReplay: false }, spaces: spaces ?? { local: '', global: '' } };
  }

  async #require(kind: 'NetworkDriver' | 'IpamDriver', how: CallHow = {}): Promise<void> {
    const kinds = await this.kinds(how);
    if (kinds.includes(kind)) return;
    const reason = `it is no ${kind} but ${kinds.join(', ') || 'nothing'}`;
    throw failure('plugin-unfit', { plugin: this.#caller.plugin, call: 'Plugin.Activate', reason });
  }
}
