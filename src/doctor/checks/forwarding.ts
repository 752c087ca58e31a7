import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { deviceOf, uplinks } from '../uplinks.js';

/** Links that do not forward, each by a setting of its own, while the host does: some managers of networks set that. The host's own setting is Fairlead's, and `drift` looks at it. */
export const forwardingCheck: Check = {
  name: 'forwarding',
  ours: false,
  run: async (view) => {
    const networks = view.networks.filter((network) => network.ipv4 && !network.internal && deviceOf(network) !== undefined);
    if (networks.length === 0) return [];
    const links = [...networks.map((network) => ({ link: deviceOf(network) ?? '', object: `network/${network.name}` })), ...ways(view)];
    const values = await view.settings(['net/ipv4/ip_forward', ...links.map(({ link }) => pathOf(link))]);
    if (values[0] !== '1') return [];
    return links.filter((_, index) => values[index + 1] === '0').map(finding);
  },
};

interface Place {
  readonly link: string;
  readonly object: string;
}

const ways = ({ host }: DoctorView): readonly Place[] => uplinks(host, 4).map((link) => ({ link, object: 'host' }));

const pathOf = (link: string): string => `net/ipv4/conf/${link}/forwarding`;

const finding = ({ link, object }: Place): Found => ({
  code: 'forwarding-off',
  object,
  problem: `link ${link} in the host's stack does not forward IPv4: what comes by it goes no further`,
  mend: `sysctl -w ${pathOf(link)}=1`,
});
