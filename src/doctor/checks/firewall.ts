import type { Check } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import type { ForeignChain } from '../../resource/firewall.js';
import { type Need, needs } from '../forwarded.js';
import { opening } from '../opening.js';

const SHOWN = 5;

/**
 * Other programs' firewalls that drop what networks of ours need to be forwarded. They have the last word, and are not touched: their
 * administrator is told the very rules that open them.
 */
export const firewallCheck: Check = {
  name: 'firewall',
  ours: false,
  run: async (view) => {
    const all = needs(view);
    if (all.length === 0) return [];
    const { drops } = await view.judge(all.map(({ packet }) => packet));
    const closed = all.flatMap((need, index) => (drops[index] ?? []).map((chain) => ({ need, chain })));
    return [...byChain(closed, all)].flatMap(({ chain, needs: ofOne }) => findings(chain, ofOne));
  },
};

interface Closed {
  readonly chain: ForeignChain;
  readonly needs: readonly Need[];
}

// What one network needs of one chain. Where there are several ways out, what one of them lets pass is not closed.
function* byChain(closed: readonly { readonly need: Need; readonly chain: ForeignChain }[], all: readonly Need[]): Generator<Closed> {
  const groups = new Map<string, { readonly chain: ForeignChain; readonly needs: Need[] }>();
  for (const { need, chain } of closed) {
    const key = `${chain.tool} ${chain.family} ${chain.table} ${chain.chain} ${need.network.id}`;
    const group = groups.get(key) ?? { chain, needs: [] };
    group.needs.push(need);
    groups.set(key, group);
  }
  for (const { chain, needs: some } of groups.values()) {
    const count = (of: readonly Need[], like: Need) => of.filter((need) => kindOf(need) === kindOf(like)).length;
    const needs = some.filter((need) => count(some, need) >= count(all, need));
    if (needs.length > 0) yield { chain, needs };
  }
}

const kindOf = ({ network, purpose, packet }: Need): string =>
  `${network.id} ${packet.family} ${purpose.is} ${'port' in purpose ? `${purpose.port.protocol} ${purpose.port.ip} ${purpose.port.port} ${purpose.port.target}` : ''}`;

function findings(chain: ForeignChain, all: readonly Need[]): readonly Found[] {
  const within = all.filter(({ purpose }) => purpose.is === 'within');
  const through = all.filter(({ purpose }) => purpose.is !== 'within');
  const object = `network/${all[0]?.network.name}`;
  return [
    ...(through.length === 0
      ? []
      : [
          {
            code: 'forward-closed',
            object,
            problem: `${named(chain)} drops what is forwarded, and this is closed: ${list(through)}`,
            mend: opening(chain, through).join('; '),
          },
        ]),
    ...(within.length === 0
      ? []
      : [
          {
            code: 'bridged-closed',
            object,
            problem: `br_netfilter is on, and ${named(chain)} drops what is forwarded: its own sandboxes do not reach each other`,
            mend: opening(chain, within).join('; '),
          },
        ]),
  ];
}

const named = ({ family, table, chain, by, tool }: ForeignChain): string =>
  `chain ${chain} of ${tool === 'nft' ? `the nftables table ${family} ${table}` : `${family === 'ip6' ? 'ip6tables' : 'iptables'}${tool === 'iptables-legacy' ? '-legacy' : ''}`} (${by})`;

function list(needs: readonly Need[]): string {
  const ports = [
    ...new Set(
      needs.flatMap(({ purpose }) =>
        purpose.is === 'port'
          ? [`${purpose.port.port}/${purpose.port.protocol}`]
          : purpose.is === 'own'
            ? [`${purpose.ip}:${purpose.port.target}/${purpose.port.protocol}`]
            : [],
      ),
    ),
  ];
  const shown = [...ports.slice(0, SHOWN), ...(ports.length > SHOWN ? [`${ports.length - SHOWN} more`] : [])].join(', ');
  const asked = new Set(needs.map(({ purpose }) => purpose.is));
  const way = asked.has('out') ? ['the way out'] : asked.has('answers') ? ['answers from outside'] : [];
  return [...way, ...(ports.length === 0 ? [] : [`published ${ports.length === 1 ? 'port' : 'ports'} ${shown}`])].join(', ');
}
