import { failure } from '../../base/error.js';
import type { Attachment } from '../../cni/wire/environment.js';
import type { Bandwidth, PortMapping } from '../../cni/wire/capabilities.js';
import { Field } from '../../cni/wire/field.js';
import type { PluginInput } from '../../cni/wire/plugin-input.js';
import { parseIp } from '../../ip/ip.js';
import type { PortAsk } from '../../model/asks.js';
import { isLookupForm, isLoopbackName } from '../../model/lookup-name.js';
import { LEAST_BURST, LEAST_RATE, MOST_BURST, MOST_RATE, type Rates } from '../../model/rates.js';
import type { Strings } from '../../model/records.js';
import { unsupported } from './keys.js';

/** What a runtime asks for one container, whatever the way it says so: `runtimeConfig`, before `args`, before `CNI_ARGS`. */
export interface ContainerWish {
  readonly ip: readonly string[];
  readonly ip6: readonly string[];
  readonly mac?: string;
  readonly aliases: readonly string[];
  readonly ports: readonly PortAsk[];
  readonly rates?: Rates;
  readonly labels: Strings;
}

// Kubernetes' and podman's. Whoever says others, and not IgnoreUnknown, wants to be told.
const KNOWN_ARGS = ['IgnoreUnknown', 'IP', 'MAC', 'K8S_POD_NAME', 'K8S_POD_NAMESPACE', 'K8S_POD_INFRA_CONTAINER_ID', 'K8S_POD_UID'];

/** Throws `cni-malformed`, `cni-environment` and `cni-unsupported`. */
export function readContainerWish({ config, capabilities }: PluginInput, { args }: Attachment, fixedMac: string | undefined): ContainerWish {
  refuseOthers(new Field(config, 'the configuration').at('runtimeConfig'));
  const said = new Map(args);
  refuseUnknownArgs(said);
  const meta = new Field(config, 'the configuration').at('args').at('cni');
  const ips = [capabilities.ips.map(String), meta.at('ips').texts(), said.get('IP') ? [said.get('IP') ?? ''] : []].find((each) => each.length > 0) ?? [];
  // podman says an address again that it was told itself.
  const bare = [...new Set(ips.map((each) => bareOf(each)))];
  const mac = capabilities.mac ?? meta.at('mac').optionalText() ?? (said.get('MAC') || undefined) ?? fixedMac;
  const rates = capabilities.bandwidth && readRates(capabilities.bandwidth);
  return {
    ip: bare.filter((each) => !each.includes(':')),
    ip6: bare.filter((each) => each.includes(':')),
    ...(mac !== undefined && { mac }),
    aliases: aliasesOf(said.get('K8S_POD_NAME') ?? '', capabilities.aliases),
    ports: capabilities.portMappings.map(portAsk),
    ...(rates && { rates }),
    labels: {
      ...labelsSaid(meta.at('labels')),
      ...Object.fromEntries(
        [...said].filter(([name]) => name.startsWith('K8S_POD_')).map(([name, value]) => [`com.fairlead.cni.${name.toLowerCase()}`, value]),
      ),
    },
  };
}

// CNI's conventions: a list of pairs. What begins like marks of ours is nobody else's to say.
function labelsSaid(field: Field): Strings {
  const pairs = field.list().map((each) => [each.at('key').text(), each.at('value').optionalText() ?? ''] as const);
  const [own] = pairs.find(([key]) => key.startsWith('com.fairlead.')) ?? [];
  if (own !== undefined) throw unsupported(`args.cni.labels: ${own}`, 'labels that begin with com.fairlead. are its own', 'call it otherwise');
  return Object.fromEntries(pairs);
}

// Kubernetes and podman, which says it among the aliases as well, take names that no resolver can be asked for: one label of up to 253 characters,
// say. Whoever has such a name is found by its address; an alias that somebody chose is refused where it is one.
const aliasesOf = (own: string, said: readonly string[]): readonly string[] =>
  [...new Set([own, ...said])].filter((name) => name !== own || (isLookupForm(name) && !isLoopbackName(name)));

function bareOf(address: string): string {
  const [ip = ''] = address.split('/');
  return parseIp(ip) ?? ip;
}

const KNOWN_CAPABILITIES = ['portMappings', 'bandwidth', 'ips', 'mac', 'aliases', 'dns', 'ipRanges', 'deviceID', 'cgroupPath'];

// A runtime brings only what the configuration asked for under "capabilities".
function refuseOthers(field: Field): void {
  for (const [name] of field.entries()) {
    if (!KNOWN_CAPABILITIES.includes(name))
      throw unsupported(`capabilities.${name}`, 'it means nothing here', `those that do: ${KNOWN_CAPABILITIES.join(', ')}`);
  }
}

function refuseUnknownArgs(said: ReadonlyMap<string, string>): void {
  if (/^(1|t|true)$/i.test(said.get('IgnoreUnknown') ?? '')) return;
  const unknown = [...said.keys()].find((name) => !KNOWN_ARGS.includes(name));
  if (unknown !== undefined)
    throw failure('cni-environment', { name: 'CNI_ARGS', said: `: "${unknown}"`, reason: `no argument that is known; there are ${KNOWN_ARGS.join(', ')}` });
}

// podman binds the ports of the host by itself, behind the plugins; no runtime counts on a plugin to do so (docs/adr/010).
const portAsk = ({ hostPort, containerPort, protocol, hostIp }: PortMapping): PortAsk => ({
  protocol,
  hostPort,
  port: containerPort,
  held: false,
  ...(hostIp !== undefined && { hostIp }),
});

const BITS = 8;

// One burst holds for both ways. Runtimes write as large a number as they have for no bound, and as small a rate as the plugin bandwidth takes.
function readRates({ ingressRate, ingressBurst, egressRate, egressBurst }: Bandwidth): Rates | undefined {
  if (ingressRate === undefined && egressRate === undefined) return undefined;
  const bursts = new Set([ingressRate && ingressBurst, egressRate && egressBurst].flatMap((bits) => (bits ? [heldBurst(bits)] : [])));
  if (bursts.size > 1) throw unsupported('bandwidth', 'ingressBurst and egressBurst differ, and there is one burst for both', 'give both the same');
  const [burst] = bursts;
  return {
    ...(ingressRate !== undefined && { in: heldRate(ingressRate) }),
    ...(egressRate !== undefined && { out: heldRate(egressRate) }),
    ...(burst !== undefined && { burst }),
  };
}

const heldRate = (rate: number): number => between(LEAST_RATE, rate - (rate % BITS), MOST_RATE);
const heldBurst = (bits: number): number => between(LEAST_BURST, Math.ceil(bits / BITS), MOST_BURST);
const between = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));
