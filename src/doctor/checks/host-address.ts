import { familyOf, parseIp } from '../../ip/ip.js';
import { contains, parsePrefixLoose } from '../../ip/prefix.js';
import type { Ip } from '../../ip/types.js';
import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { PUBLISHING } from '../../model/publishing.js';
import type { Network } from '../../model/records.js';
import type { Survey } from '../../resource/survey.js';
import { isHosts } from '../is-hosts.js';
import { deviceOf, familiesOf } from '../uplinks.js';

/** Addresses of this host that networks name in their options, and that it has not, or has no more. */
export const hostAddressCheck: Check = {
  name: 'host-address',
  ours: false,
  run: async (view) => {
    const networks = view.networks.filter((each) => deviceOf(each) !== undefined && !each.internal);
    return (await Promise.all(networks.map((each) => check(each, view)))).flat();
  },
};

// What follows where the host lacks the address.
const OPTIONS: readonly (readonly [option: string, consequence: string])[] = [
  ['com.docker.network.host_ipv4', 'packets to the outside carry it, and answers to them do not come back'],
  ['com.docker.network.host_ipv6', 'packets to the outside carry it, and answers to them do not come back'],
  [PUBLISHING.binding, 'ports that name no other address cannot be published'],
];

async function check(network: Network, { host, canBind }: DoctorView): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const [option, consequence] of OPTIONS) {
    const ip = parseIp(network.options[option] ?? '');
    if (ip === undefined || isHosts(host, ip) || !familiesOf(network).includes(familyOf(ip))) continue;
    // Ports are published at any address at which the host's programs can be.
    if (option === PUBLISHING.binding && (await canBind(ip))) continue;
    found.push(finding(network, option, consequence, ip, host));
  }
  return found;
}

function finding({ name, predefined }: Network, option: string, consequence: string, ip: Ip, { links }: Survey): Found {
  const near = links.find(({ ours, addresses }) => !ours && addresses.some((each) => reaches(each, ip)));
  const add = `ip address add ${ip}/${familyOf(ip) === 6 ? 128 : 32} dev ${near?.name ?? 'lo'}`;
  return {
    code: 'host-address-absent',
    object: `network/${name}`,
    problem: `${option} is ${ip}, which no link of this host has: ${consequence}`,
    mend: predefined ? `${add}; or another ip under [bridge] in the daemon's configuration` : `${add}; or: fairlead network update --opt-rm ${option} ${name}`,
  };
}

function reaches(address: string, ip: Ip): boolean {
  const subnet = parsePrefixLoose(address);
  return subnet !== undefined && contains(subnet, ip);
}
