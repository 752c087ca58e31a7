import { dnsNames } from '../../model/dns-names.js';
import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';

/**
 * Names that mean two things on one network: what one is called by its own name, another answers to as well. Aliases that several share
 * are meant: they are asked in turn.
 */
export const nameClashCheck: Check = {
  name: 'name-clash',
  ours: false,
  run: (view) => view.networks.flatMap((network) => check(view, network)),
};

interface Named {
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
}

function check({ endpoints, sandboxes }: DoctorView, network: Network): readonly Found[] {
  const all = endpoints.flatMap((endpoint): Named[] => {
    const sandbox = sandboxes.find(({ id }) => id === endpoint.sandbox);
    return endpoint.network === network.id && endpoint.state === 'active' && sandbox ? [{ endpoint, sandbox }] : [];
  });
  const answering = new Map<string, Named[]>();
  for (const each of all)
    for (const name of dnsNames(each.endpoint, each.sandbox).map((one) => one.toLowerCase())) answering.set(name, [...(answering.get(name) ?? []), each]);
  return all.flatMap((each) => {
    const own = new Set([each.sandbox.name, each.endpoint.name].map((name) => name.toLowerCase()));
    return [...own].flatMap((name) => {
      const others = (answering.get(name) ?? []).filter(({ endpoint }) => endpoint.id !== each.endpoint.id);
      return others.length === 0 ? [] : [finding(network, name, each, others)];
    });
  });
}

const finding = ({ name: network }: Network, name: string, { endpoint, sandbox }: Named, others: readonly Named[]): Found => ({
  code: 'name-clash',
  object: `endpoint/${network}/${endpoint.name}`,
  problem: `"${name}" is the name of sandbox "${sandbox.name}" here, and ${others.map((each) => `sandbox "${each.sandbox.name}"`).join(' and ')} answers to it too: who asks gets both`,
  mend: 'give one of them another name or alias',
});
