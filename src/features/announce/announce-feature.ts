import { macFromIp } from '../../ip/mac.js';
import { INTERVAL, MESSAGES } from '../../model/announce-options.js';
import type { Feature } from '../../model/driver.js';
import { wireOf } from '../../model/endpoint-kind.js';
import type { Resource } from '../../resource/resource.js';

const EVERY = 1000;

/** That neighbours are told of an endpoint's addresses. */
export const announceFeature: Feature = {
  name: 'announce',
  endpoint: ({ network: { options }, endpoint, sandbox }) => {
    const { mac, link, leases, linkLocals } = endpoint;
    if (mac === undefined || !link) return [];
    const asked = options[MESSAGES];
    const told = [...leases.map(({ ip, asked: chosen = false }) => ({ ip, chosen })), ...linkLocals.map((ip) => ({ ip, chosen: true }))];
    return told.flatMap(({ ip, chosen }): readonly Resource[] => {
      // Who had the address before had the same MAC address, or it is an address that comes round again only after all others.
      const usual = chosen && macFromIp(ip) !== mac ? 1 : 0;
      const times = asked === undefined ? usual : Number(asked);
      return times === 0
        ? []
        : [{ kind: 'announced', in: sandbox.stack, link: wireOf({ ...endpoint, link }), ip, mac, times, every: Number(options[INTERVAL] ?? EVERY) }];
    });
  },
};
