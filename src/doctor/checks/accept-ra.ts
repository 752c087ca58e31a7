import type { Check } from '../../model/check.js';
import { heeding } from '../../resource/heeding.js';
import { deviceOf } from '../uplinks.js';

/**
 * Links that live by router advertisements and no longer heed them, because the host forwards IPv6. Those
 * that were there when a network was made are Fairlead's, and `drift` looks at them.
 */
export const acceptRaCheck: Check = {
  name: 'accept-ra',
  ours: false,
  run: async ({ networks, host, differences, settings }) => {
    if (!networks.some((network) => network.ipv6 && !network.internal && deviceOf(network) !== undefined)) return [];
    const told = new Set(differences.flatMap(({ operation }) => (operation.do === 'change' && operation.to.kind === 'sysctl' ? [operation.to.path] : [])));
    const links = heeding(host).filter((link) => !told.has(pathOf(link)));
    const values = links.length === 0 ? [] : await settings(['net/ipv6/conf/all/forwarding', ...links.map(pathOf)]);
    if (values[0] !== '1') return [];
    return links
      .filter((_, index) => values[index + 1] === '1')
      .map((link) => ({
        code: 'accept-ra-lost',
        object: 'host',
        problem: `link ${link} has IPv6 from router advertisements, and no longer heeds them since the host forwards: what it has will end`,
        mend: `sysctl -w ${pathOf(link)}=2`,
      }));
  },
};

const pathOf = (link: string): string => `net/ipv6/conf/${link}/accept_ra`;
