import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipBytes } from '../../../ip/ip.js';
import type { Ip, Prefix } from '../../../ip/types.js';
import type { ForwardedPacket } from '../../../resource/firewall.js';
import { attributes, NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { rule } from '../nftables/chain.js';
import * as nf from '../nftables/constants.js';
import { writeExpressions } from '../nftables/message.js';
import { accept, ct, drop, goTo, iifname, ip, is, isIn, isNot, jump, l4proto, oifname, type Statement, tcp } from '../nftables/statement.js';
import { NFT_SET_ELEM_INTERVAL_END } from './constants.js';
import { decodeInstructions, type Instruction, xtTarget } from './instruction.js';
import { type Chain, judge } from './judge.js';
import { legacyChains } from './legacy-entries.js';
import { viewOf } from './packet-view.js';
import { rangesIn } from './read-tables.js';
import type { Element } from './run-rule.js';
import { xtMatch } from './xt-match.js';

const PACKET: ForwardedPacket = {
  family: 4,
  iif: 'eth0',
  oif: 'br-web',
  begins: true,
  protocol: 'tcp',
  to: '10.64.0.2' as Ip,
  port: 80,
  published: 8080,
};

/** The instructions that the kernel would tell of a rule. */
function instructions(...statements: readonly Statement[]) {
  const w = new Writer(1024);
  w.nest(nf.NFTA_RULE_EXPRESSIONS, () => writeExpressions(w, rule(...statements)));
  return decodeInstructions(attributes(w.take()));
}

const chain = (...rules: readonly (readonly Statement[])[]): Chain => ({ rules: rules.map((each) => instructions(...each)), partial: false });
const outcome = (chains: Readonly<Record<string, Chain>>, packet: ForwardedPacket = PACKET, sets: Readonly<Record<string, readonly Element[]>> = {}) => {
  const { accepted, dropped, passed } = judge(
    'forward',
    (name) => chains[name],
    viewOf(packet),
    (name) => sets[name],
  );
  return [accepted && 'accept', dropped && 'drop', passed && 'policy'].filter(Boolean).join(' or ');
};
const of = (...rules: readonly (readonly Statement[])[]) => outcome({ forward: chain(...rules) });

describe('a chain', () => {
  it('decides by the first rule that matches for certain', () => {
    expect(of([is(iifname, 'eth1'), accept], [drop])).toBe('drop');
    expect(of([is(iifname, 'eth0'), accept], [drop])).toBe('accept');
    expect(of([isNot(oifname, 'br-web'), accept])).toBe('policy');
    expect(of([is(l4proto, 'udp'), accept], [ct.status('dnat'), accept])).toBe('accept');
    expect(of([ct.state('established', 'related'), accept])).toBe('policy');
    expect(of([is(ip.daddr, '10.64.0.0/16'), accept])).toBe('accept');
    expect(of([is(tcp.dport, '8080'), accept], [is(tcp.dport, '80'), drop])).toBe('drop');
  });

  it('may go either way where a rule cannot be judged', () => {
    expect(of([is(ip.saddr, '192.0.2.0/24'), accept], [drop])).toBe('accept or drop');
    expect(of([isIn('lan', iifname), accept])).toBe('accept or policy');
    expect(outcome({ forward: chain([is(iifname, 'eth0'), accept]) }, { family: 4, begins: true })).toBe('accept or policy');
  });

  it('knows of addresses what a subnet says of them', () => {
    const from = (prefix: string, ...rules: readonly (readonly Statement[])[]) =>
      outcome({ forward: chain(...rules) }, { ...PACKET, from: prefix as Prefix, to: prefix as Prefix });
    for (const address of [ip.saddr, ip.daddr]) {
      expect(from('10.64.0.0/24', [is(address, '192.168.0.0/16'), accept], [drop])).toBe('drop');
      expect(from('10.64.0.0/24', [is(address, '10.0.0.0/8'), accept], [drop])).toBe('accept');
      expect(from('10.64.0.0/24', [is(address, '10.64.0.2'), accept], [drop])).toBe('accept or drop');
      expect(from('10.64.0.0/20', [is(address, '10.64.15.0/24'), accept], [drop])).toBe('accept or drop');
    }
  });

  it('follows jumps, and not for ever', () => {
    expect(outcome({ forward: chain([jump('x')], [drop]), x: chain([is(iifname, 'eth0'), accept]) })).toBe('accept');
    expect(outcome({ forward: chain([jump('x')], [drop]), x: chain() })).toBe('drop');
    expect(outcome({ forward: chain([goTo('x')], [drop]), x: chain() })).toBe('policy');
    expect(outcome({ forward: chain([jump('forward')], [drop]) })).toContain('accept');
    expect(outcome({ forward: chain([jump('absent')], [drop]) })).toContain('accept');
    expect(outcome({ forward: { ...chain(), partial: true } })).toBe('accept or drop or policy');
  });

  it('looks into sets that are known', () => {
    const key = (link: string) => new Uint8Array(Buffer.from(link.padEnd(16, '\0')));
    const lan = [{ key: key('eth0'), data: new Uint8Array() }];
    expect(outcome({ forward: chain([isIn('lan', iifname), accept], [drop]) }, PACKET, { lan })).toBe('accept');
    expect(outcome({ forward: chain([isIn('lan', oifname), accept], [drop]) }, PACKET, { lan })).toBe('drop');
    expect(outcome({ forward: chain([isIn('lan', iifname), accept], [drop]) }, { ...PACKET, family: 4, iif: 'eth1' }, { lan })).toBe('drop');
  });
});

describe('a mark', () => {
  // `-m mark --mark 0x4000/0x4000 -j ACCEPT`, and `-j MARK --set-xmark …`, as iptables says them.
  const words = (...all: readonly number[]) => all.reduce((w, each) => w.u32(each), new Writer(16)).take();
  const accepted: Chain['rules'][number] = [
    { is: 'test', test: xtMatch('mark', 1, Buffer.concat([words(0x4000, 0x4000), Buffer.of(0)])) ?? expect.fail() },
    ...instructions(accept),
  ];
  const give = (mark: number, mask: number, ...where: readonly Statement[]): Chain['rules'][number] => [
    ...instructions(...where),
    xtTarget('MARK', 2, words(mark, mask)),
  ];
  const behind = (...rules: Chain['rules']) => outcome({ forward: { rules: [...rules, accepted, instructions(drop)], partial: false } });

  it('is none until a rule gives one', () => {
    expect(behind()).toBe('drop');
    expect(behind(give(0x4000, 0x4000, is(iifname, 'eth1')))).toBe('drop');
    expect(behind(give(0x40000, 0xff0000))).toBe('drop');
    expect(behind(give(0, 0xffffffff))).toBe('drop');
  });

  it('is not known behind a rule that may have given one', () => {
    expect(behind(give(0x4000, 0x4000))).toBe('accept or drop');
    expect(behind(give(0x4000, 0xffffffff, is(ip.saddr, '192.0.2.0/24')))).toBe('accept or drop');
    expect(behind([xtTarget('TPROXY', 1, Buffer.alloc(0))])).toContain('accept');
    expect(behind(instructions(jump('absent')))).toContain('accept');
  });

  it('may come from the connection, or from a set', () => {
    const [set, save, restore] = [0, 1, 2];
    const all = words(0, 0xffffffff, 0xffffffff);
    const from = (revision: number, ...info: readonly number[]) => behind([xtTarget('CONNMARK', revision, Buffer.concat([all, Buffer.from(info)]))]);
    expect([from(1, set), from(1, save), from(2, 0, 0, set), from(2, 0, 0, save), from(2, 1, restore, save)]).toEqual(Array(5).fill('drop'));
    expect([from(1, restore), from(2, 0, 0, restore)]).toEqual(Array(2).fill('accept or drop'));
    // A revision to come, one cut short, and what is none of the three.
    expect([from(3, 0, 0, save), from(2, 0), from(2, 0, 0, 3)]).toEqual(Array(3).fill('accept or drop'));
    expect(behind([xtTarget('SET', 3, Buffer.alloc(32))])).toBe('accept or drop');
    expect(behind([xtTarget('MARK', 3, words(0, 0))])).toBe('accept or drop');
  });

  it('is asked for and given by rules of nft', () => {
    const load: Instruction = { is: 'load', what: 'meta', key: 3, into: 8 };
    const asked: Chain['rules'][number] = [load, { is: 'compare', register: 8, op: nf.NFT_CMP_EQ, data: words(7) }, ...instructions(accept)];
    const set: Chain['rules'][number] = [
      { is: 'data', into: 9, data: words(7) },
      { is: 'mark', from: 9 },
    ];
    const seen = (...rules: Chain['rules']) => outcome({ forward: { rules: [...rules, asked, instructions(drop)], partial: false } });
    expect(seen()).toBe('drop');
    expect(seen(set)).toBe('accept or drop');
  });
});

describe('a set of ranges', () => {
  const lan = ranges(['192.168.0.0', '192.169.0.0'], ['10.0.0.0', '10.128.0.0'], ['224.0.0.0']);
  const seen = (prefix: string) => outcome({ forward: chain([isIn('lan', ip.saddr), accept], [drop]) }, { ...PACKET, from: prefix as Prefix }, { lan });

  it('has what is between the ends', () => {
    expect(['10.0.0.0/24', '10.127.255.0/24', '192.168.255.0/24', '224.0.0.0/8', '255.0.0.0/8'].map(seen)).toEqual(Array(5).fill('accept'));
    expect(['9.255.255.0/24', '10.128.0.0/24', '192.169.0.0/24', '172.18.0.0/16', '223.0.0.0/8'].map(seen)).toEqual(Array(5).fill('drop'));
  });

  it('may or may not have what is only partly between them', () => {
    expect(['10.0.0.0/8', '192.0.0.0/8', '0.0.0.0/0'].map(seen)).toEqual(Array(3).fill('accept or drop'));
  });

  // As the kernel tells of them: ends before beginnings, none in order.
  function ranges(...all: readonly (readonly string[])[]) {
    const element = (address: string, flags: number) => {
      const w = new Writer(64);
      w.nest(nf.NFTA_SET_ELEM_KEY, () => w.attr(nf.NFTA_DATA_VALUE, ipBytes(address as Ip)));
      w.attr(nf.NFTA_SET_ELEM_FLAGS, new Writer(4).be32(flags).take());
      return attributes(w.take());
    };
    return rangesIn(all.flatMap(([first = '', end]) => [...(end === undefined ? [] : [element(end, NFT_SET_ELEM_INTERVAL_END)]), element(first, 0)]));
  }
});

// Rules are others', and so are their names and numbers.
describe('whatever others wrote', () => {
  const packets = fc.record({ family: fc.constantFrom(4 as const, 6 as const), begins: fc.boolean() });

  it('is judged or refused as no message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), packets, (bytes, packet) => {
        const w = new Writer(512);
        w.attr(nf.NFTA_RULE_EXPRESSIONS, bytes);
        try {
          const rules = [decodeInstructions(attributes(w.take()))];
          expect(outcome({ forward: { rules, partial: false } }, packet)).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is judged, or unclear, in a table of iptables-legacy', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(600), fc.constantFrom(4 as const, 6 as const), (table, start, family) => {
        const { accepted, dropped, passed } = judge(
          String(start),
          legacyChains(table, family),
          viewOf({ ...PACKET, family, to: (family === 4 ? '10.0.0.1' : 'fd00::1') as Ip }),
        );
        expect(accepted || dropped || passed).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
