import type { EndpointSettingsView } from '../../model/inspect-endpoint.js';
import type { NetworkView } from '../../model/inspect-network.js';
import type { NetworkSettingsView } from '../../model/inspect-sandbox.js';

// What the Engine has in its answers, by the version of the API (the minor number of 1.x). What is Fairlead's alone stays in its own.

/** A network. */
export function engineNetwork({ EnableIPv4, Limits: _limits, Egress: _egress, ...rest }: NetworkView, api: number): object {
  return api < 48 ? rest : { ...rest, EnableIPv4 };
}

/** The network side of a container. */
export const engineSettings = ({ SandboxID, SandboxKey, Networks, Ports }: NetworkSettingsView, api: number): object => ({
  SandboxID,
  SandboxKey,
  Ports,
  Networks: engineEndpoints(Networks, api),
});

/** Its endpoints, by the names of their networks. */
export const engineEndpoints = (networks: NetworkSettingsView['Networks'], api: number): object =>
  Object.fromEntries(Object.entries(networks).map(([name, settings]) => [name, engineEndpoint(settings, api)]));

function engineEndpoint(settings: EndpointSettingsView, api: number): object {
  const { IPAMConfig, Links, DNSNames, GwPriority } = settings;
  const { NetworkID, EndpointID, Gateway, IPAddress, IPPrefixLen, IPv6Gateway, GlobalIPv6Address, GlobalIPv6PrefixLen, MacAddress, Aliases, DriverOpts } =
    settings;
  const chosen = Object.fromEntries(Object.entries(IPAMConfig).filter(([, value]) => value.length > 0));
  return {
    IPAMConfig: Object.keys(chosen).length > 0 ? chosen : null,
    Links: Links.length > 0 ? Links : null,
    Aliases,
    MacAddress,
    DriverOpts,
    ...(api >= 48 && { GwPriority }),
    NetworkID,
    EndpointID,
    Gateway,
    IPAddress,
    IPPrefixLen,
    IPv6Gateway,
    GlobalIPv6Address,
    GlobalIPv6PrefixLen,
    ...(api >= 44 && { DNSNames }),
  };
}
