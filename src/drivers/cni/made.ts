import { dirname } from 'node:path';
import { parseResult } from '../../cni/wire/parse-result.js';
import { Field } from '../../cni/wire/field.js';
import type { Endpoint, Network } from '../../model/records.js';
import { cniFacts } from './facts.js';

/** How a person would have the plugins make this endpoint, and, as comments, what they made. */
export function made(_: Network, endpoint: Endpoint): readonly string[] {
  const facts = cniFacts(endpoint);
  if (!facts) return [];
  const { network, file, plugins, containerId, netns, ifName, args, capabilities, result } = facts;
  const words = [
    `NETCONFPATH=${dirname(file)} fairlead cni add ${network} ${netns} --container-id ${containerId} --ifname ${ifName}`,
    ...args.map(([key, value]) => `--args ${quoted(`${key}=${value}`)}`),
    ...(Object.keys(capabilities).length > 0 ? [`--capability-args ${quoted(JSON.stringify(capabilities))}`] : []),
  ];
  const { interfaces, ips, routes } = parseResult(new Field(result, network), '1.1.0');
  return [
    words.join(' '),
    `# made by ${plugins.join(', ')}:`,
    ...interfaces.map(({ name, mac, sandbox }) => `#   link ${name}${sandbox === undefined ? ' of the host' : ''}${mac === undefined ? '' : ` ${mac}`}`),
    ...ips.map(({ address, gateway }) => `#   address ${address}${gateway === undefined ? '' : `, gateway ${gateway}`}`),
    ...routes.map(({ dst, gw }) => `#   route ${dst}${gw === undefined ? '' : ` via ${gw}`}`),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
