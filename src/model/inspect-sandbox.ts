import { printEgress } from './egress.js';
import { endpointSettings, type EndpointSettingsView } from './inspect-endpoint.js';
import { printPort, shownPorts, waitsFor } from './ports.js';
import type { Endpoint, Network, PublishedPort, Sandbox, Strings } from './records.js';
import { timestamp } from './timestamp.js';

/** The network side of a container as Docker Engine shows it. */
export interface NetworkSettingsView {
  readonly SandboxID: string;
  /** The path by which programs enter the stack. */
  readonly SandboxKey: string;
  /** By the network's name. */
  readonly Networks: { readonly [network: string]: EndpointSettingsView };
  /** By the sandbox's own port, `80/tcp`: where the host leads there. */
  readonly Ports: { readonly [port: string]: readonly PortBindingView[] };
  /** Ports that lead nowhere for now. */
  readonly WaitingPorts: readonly WaitingPortView[];
}

/** A port that leads nowhere, `[::]:8080->80/tcp`, and why: `network "web" has no IPv6`. */
export interface WaitingPortView {
  readonly Port: string;
  readonly Reason: string;
}

/** One port of the host, as Docker Engine shows it. `HostPort` is empty where a network routes: the port is open at the endpoint's own address. */
export interface PortBindingView {
  readonly HostIp: string;
  readonly HostPort: string;
}

/**
 * A sandbox in the shape of Docker Engine's container. The network side stands at the top level, where a sandbox has it, and
 * under `NetworkSettings`, where scripts that were written for containers look.
 */
export interface SandboxView extends NetworkSettingsView {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  /**
   * `running` says that the stack is there; `Pid` is that of the process that `run` recorded, which the command line shows while that lives,
   * `UntilPid` that of the process whose end removes the sandbox; 0 where there is none.
   */
  readonly State: { readonly Status: 'created' | 'running' | 'dead' | 'removing'; readonly Pid: number; readonly UntilPid: number };
  readonly Config: { readonly Hostname: string; readonly Labels: Strings };
  /** Where it may send beyond its networks; `null` where its networks say so. */
  readonly Egress: readonly string[] | null;
  readonly NetworkSettings: NetworkSettingsView;
}

/** The Engine's words for how a sandbox is. */
export const statuses = { creating: 'created', active: 'running', lost: 'dead', removing: 'removing' } as const satisfies Record<Sandbox['state'], string>;

/** The view of a sandbox with those of the endpoints that are in it. */
export function inspectSandbox(sandbox: Sandbox, endpoints: readonly Endpoint[], networks: readonly Network[]): SandboxView {
  const settings = networkSettings(sandbox, endpoints, networks);
  return {
    Id: sandbox.id,
    Name: sandbox.name,
    Created: timestamp(sandbox.created),
    State: { Status: statuses[sandbox.state], Pid: sandbox.process?.pid ?? 0, UntilPid: sandbox.holder?.pid ?? 0 },
    Config: { Hostname: sandbox.hostname, Labels: sandbox.labels },
    Egress: sandbox.egress ? printEgress(sandbox.egress) : null,
    ...settings,
    NetworkSettings: settings,
  };
}

function bindings(ports: readonly PublishedPort[]): { readonly [port: string]: readonly PortBindingView[] } {
  const found: Record<string, PortBindingView[]> = {};
  for (const { protocol, ip, port, target } of ports) (found[`${target}/${protocol}`] ??= []).push({ HostIp: ip, HostPort: port === 0 ? '' : String(port) });
  return found;
}

function networkSettings(sandbox: Sandbox, endpoints: readonly Endpoint[], networks: readonly Network[]): NetworkSettingsView {
  const byId = new Map(networks.map((network) => [network.id, network]));
  const own = endpoints.filter((endpoint) => endpoint.sandbox === sandbox.id);
  const views = own.map((endpoint) => {
    const network = byId.get(endpoint.network);
    return [network?.name ?? endpoint.network, endpointSettings(endpoint, network, sandbox)] as const;
  });
  return {
    SandboxID: sandbox.id,
    SandboxKey: sandbox.key,
    Networks: Object.fromEntries(views),
    Ports: bindings(shownPorts(sandbox, own, byId).live),
    WaitingPorts: sandbox.ports.flatMap((port) => {
      const reason = waitsFor(port, own, byId);
      return reason === undefined ? [] : [{ Port: printPort(port), Reason: reason }];
    }),
  };
}
