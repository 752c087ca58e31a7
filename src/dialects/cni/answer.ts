import { asFailure, failure } from '../../base/error.js';
import type { Log } from '../../base/log.js';
import { type CniCall, parseCall, verbs } from '../../cni/wire/environment.js';
import { parsePluginInput, type PluginInput } from '../../cni/wire/plugin-input.js';
import { printResult } from '../../cni/wire/print-result.js';
import { printRefusal } from '../../cni/wire/refusal.js';
import type { RunPlugin } from '../../cni/run/run-plugin.js';
import { atLeast, type CniVersion } from '../../cni/wire/versions.js';
import { add } from './add.js';
import { check } from './check.js';
import { del } from './del.js';
import { gc } from './gc.js';
import { readWish } from './read-wish.js';
import { refusalOf } from './refusal-of.js';
import { remembered, rememberedText } from './remembered.js';
import type { Asked, AskedOf, CniService } from './service.js';
import { status } from './status.js';
import { printVersions, versionOf } from './version-of.js';

/** What a plugin was told, and by what means it runs others. */
export interface Told {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly input: string;
  readonly run: RunPlugin;
}

/** What a plugin ends with: a status, and what it prints. */
export interface Answer {
  readonly status: number;
  readonly out: string;
}

/** Does something with a service, which may be opened for that alone. */
export type Serve = <T>(work: (service: CniService) => Promise<T>) => Promise<T>;

/** Does what a runtime asks of the plugin, by a service where the call makes sense and needs one. Never throws: an error is an answer too. */
export async function answerCall(serve: Serve, told: Told, log: Log): Promise<Answer> {
  try {
    return { status: 0, out: await perform(serve, told) };
  } catch (error) {
    const refusal = refusalOf(
      error,
      verbs.find((each) => each === told.variables['CNI_COMMAND']),
    );
    // A plugin of others says 999 of whatever it met: that is for whoever called to hear.
    log[isOwnFault(error) ? 'error' : 'debug']('a call of a CNI runtime was refused', {
      verb: told.variables['CNI_COMMAND'] ?? '',
      code: refusal.code,
      msg: refusal.msg,
      error,
    });
    return { status: 1, out: JSON.stringify(printRefusal(refusal, versionOf(told.input))) };
  }
}

// Every container of a network brings one configuration.
const readAdd = rememberedText((text) => parsePluginInput(text, 'ADD'));
const wishOf = remembered(readWish);

const isOwnFault = (error: unknown): boolean => asFailure(error instanceof AggregateError ? error.errors[0] : error).code === 'internal';

async function perform(serve: Serve, { variables, input: text, run }: Told): Promise<string> {
  const call = parseCall(variables);
  if (call.verb === 'VERSION') return printVersions(text);
  const input = call.verb === 'ADD' ? readAdd(text) : parsePluginInput(text, call.verb);
  requireVersion(call, input);
  const asked: Asked = { call, input, run };
  const { attachment: about } = call;
  if (about && call.verb === 'ADD') {
    // The specification lets an interface be called so: that of CNI's plugin loopback, which makes none.
    if (about.ifName === 'lo') throw failure('cni-environment', { name: 'CNI_IFNAME', said: ': "lo"', reason: 'in every namespace already' });
    const wish = wishOf(input);
    return serve(async (service) => JSON.stringify(printResult(await add(service, { ...asked, about }, wish), input.version)));
  }
  if (about) return serve((service) => withContainer(service, { ...asked, about }));
  await serve((service) => (call.verb === 'GC' ? gc : status)(service, asked));
  return '';
}

async function withContainer(service: CniService, asked: AskedOf): Promise<string> {
  await (asked.call.verb === 'DEL' ? del : check)(service, asked);
  return '';
}

/** Since which version there are verbs that were not always there. */
const SINCE: Readonly<Partial<Record<CniCall['verb'], CniVersion>>> = { CHECK: '0.4.0', GC: '1.1.0', STATUS: '1.1.0' };

function requireVersion({ verb }: CniCall, { version, name = '' }: PluginInput): void {
  const since = SINCE[verb];
  if (since === undefined || atLeast(version, since)) return;
  throw failure('cni-verb-unknown', { network: name, verb, version, since });
}
