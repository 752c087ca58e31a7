import { familyOf } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import type { PublishedPort } from '../model/records.js';
import type { ForeignChain } from '../resource/firewall.js';
import type { Need } from './forwarded.js';

/** Lines for single ports up to this number; above it one line opens all published ports of a network. */
const MOST_PORTS = 20;

/** The commands that open another's chain for these needs of one network, written as that chain is: rules of nft, or of the iptables that made it. */
export function opening(chain: ForeignChain, needs: readonly Need[]): readonly string[] {
  const { insert, words } = chain.tool === 'nft' ? nft(chain) : iptables(chain);
  const [device] = needs.map((need) => need.device);
  if (device === undefined) return [];
  const ports = new Set(needs.flatMap(({ purpose }) => (purpose.is === 'port' ? [words.port(purpose.port.protocol, purpose.port.port)] : [])));
  const own = new Set(needs.flatMap(({ purpose }) => (purpose.is === 'own' ? [words.own(purpose.ip, purpose.port)] : [])));
  const asked = new Set(needs.map(({ purpose }) => purpose.is));
  return [
    ...(asked.has('out') ? [words.out(device)] : []),
    ...(asked.has('answers') ? [words.answers(device)] : []),
    ...(asked.has('within') ? [words.within(device)] : []),
    ...(ports.size > MOST_PORTS ? [words.ports(device)] : ports),
    ...(own.size > MOST_PORTS ? [words.into(device)] : own),
  ].map((words) => insert(words));
}

interface Words {
  out(device: string): string;
  answers(device: string): string;
  within(device: string): string;
  port(protocol: string, port: number): string;
  /** All published ports that lead into a network. */
  ports(device: string): string;
  /** A port at an endpoint's own address. */
  own(ip: Ip, port: Pick<PublishedPort, 'protocol' | 'target'>): string;
  /** All that leads into a network: what of it may is Fairlead's own table's to say. */
  into(device: string): string;
}

interface Style {
  insert(words: string): string;
  readonly words: Words;
}

const nft = ({ family, table, chain }: ForeignChain): Style => ({
  insert: (words) => `nft insert rule ${family} ${word(table)} ${word(chain)} ${words} accept`,
  words: {
    out: (device) => `iifname '"${device}"'`,
    answers: (device) => `oifname '"${device}"' ct state established,related`,
    within: (device) => `iifname '"${device}"' oifname '"${device}"'`,
    // The protocol has to be there: without it nft does not know what a port is.
    port: (protocol, port) => `meta l4proto ${protocol} ct status dnat ct original proto-dst ${port}`,
    ports: (device) => `oifname '"${device}"' ct status dnat`,
    own: (ip, { protocol, target }) => `ip${familyOf(ip) === 6 ? '6' : ''} daddr ${ip} ${protocol} dport ${target}`,
    into: (device) => `oifname '"${device}"'`,
  },
});

const iptables = ({ family, chain, tool }: ForeignChain): Style => ({
  insert: (words) => `${family === 'ip6' ? 'ip6tables' : 'iptables'}${tool === 'iptables-legacy' ? '-legacy' : ''} -I ${word(chain)} ${words} -j ACCEPT`,
  words: {
    out: (device) => `-i ${device}`,
    answers: (device) => `-o ${device} -m conntrack --ctstate RELATED,ESTABLISHED`,
    within: (device) => `-i ${device} -o ${device}`,
    port: (protocol, port) => `-p ${protocol} -m conntrack --ctstate DNAT --ctorigdstport ${port}`,
    ports: (device) => `-o ${device} -m conntrack --ctstate DNAT`,
    own: (ip, { protocol, target }) => `-d ${ip} -p ${protocol} --dport ${target}`,
    into: (device) => `-o ${device}`,
  },
});

// Names of others' tables are anybody's.
const word = (name: string): string => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`);
