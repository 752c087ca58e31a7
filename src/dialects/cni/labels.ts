import type { Attachment } from '../../cni/wire/environment.js';
import type { Endpoint, Network, Strings } from '../../model/records.js';

/** How what was made for a runtime is known again: the runtime names it by its network, its container and its interface. */
export const LABELS = {
  config: 'com.fairlead.cni.config',
  container: 'com.fairlead.cni.container',
  interface: 'com.fairlead.cni.interface',
} as const;

/** What an endpoint is marked with. */
export const labelsOf = ({ containerId, ifName }: Pick<Attachment, 'containerId' | 'ifName'>): Strings => ({
  [LABELS.container]: containerId,
  [LABELS.interface]: ifName,
});

/** The endpoint of an attachment, out of all. */
export const endpointFor = (endpoints: readonly Endpoint[], network: Network, { containerId, ifName }: Pick<Attachment, 'containerId' | 'ifName'>) =>
  endpoints.find((each) => each.network === network.id && each.labels[LABELS.container] === containerId && each.labels[LABELS.interface] === ifName);
