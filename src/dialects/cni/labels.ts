import type { Attachment } from '../../cni/wire/environment.js';
import type { PortAsk } from '../../model/asks.js';
import type { Endpoint, Network, Strings } from '../../model/records.js';

/** How what was made for a runtime is known again: the runtime names it by its network, its container and its interface. */
export const LABELS = {
  config: 'com.fairlead.cni.config',
  container: 'com.fairlead.cni.container',
  interface: 'com.fairlead.cni.interface',
  ports: 'com.fairlead.cni.ports',
} as const;

/** What an endpoint is marked with. */
export const labelsOf = ({ containerId, ifName }: Pick<Attachment, 'containerId' | 'ifName'>): Strings => ({
  [LABELS.container]: containerId,
  [LABELS.interface]: ifName,
});

/** What the ports that an attachment brought are kept as: they go with it. */
export const portLabel = (ports: readonly PortAsk[]): Strings => (ports.length === 0 ? {} : { [LABELS.ports]: JSON.stringify(ports) });

/** The ports that an endpoint brought; none where its label was written by somebody else. */
export function portsOf({ labels }: Pick<Endpoint, 'labels'>): readonly PortAsk[] {
  try {
    const said: unknown = JSON.parse(labels[LABELS.ports] ?? '[]');
    return Array.isArray(said) ? said.filter(isPortAsk) : [];
  } catch {
    return [];
  }
}

const isPortAsk = (said: unknown): said is PortAsk => typeof said === 'object' && said !== null && 'port' in said && 'hostPort' in said;

/** The endpoint of an attachment, out of all. */
export const endpointFor = (endpoints: readonly Endpoint[], network: Network, { containerId, ifName }: Pick<Attachment, 'containerId' | 'ifName'>) =>
  endpoints.find((each) => each.network === network.id && each.labels[LABELS.container] === containerId && each.labels[LABELS.interface] === ifName);
