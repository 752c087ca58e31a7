import type { Survey } from './survey.js';

const RTPROT_RA = 9; // linux/rtnetlink.h: a route learned from a router advertisement

/** The links that live by what routers advertise: a way that they lead, or an address. A host that forwards IPv6 no longer heeds them (accept_ra of 1). */
export const heeding = ({ links, routes }: Survey): readonly string[] => {
  const ways = routes.flatMap(({ family, protocol, dev }) => (family === 6 && protocol === RTPROT_RA ? (dev ?? []) : []));
  const addressed = links.flatMap(({ name, advertised }) => (advertised ? name : []));
  return [...new Set([...ways, ...addressed])];
};
