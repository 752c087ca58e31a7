import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../ip/types.js';
import type { ForeignChain, ForwardedPacket } from '../../../resource/firewall.js';
import { Writer } from '../netlink/writer.js';
import * as nf from '../nftables/constants.js';
import * as own from './constants.js';
import type { Instruction } from './instruction.js';
import { judge } from './judge.js';
import { type Station, Way } from './way.js';

const PACKET: ForwardedPacket = { family: 4, iif: 'eth0', oif: 'br-web', begins: true, protocol: 'tcp', to: '10.64.0.2' as Ip, port: 80, published: 8080 };
const CLOSED: ForeignChain = { family: 'inet', table: 'first', chain: 'f', by: 'policy', tool: 'nft' };

type Rule = readonly Instruction[];
const words = (mark: number) => new Writer(4).u32(mark).take();
const accept: Instruction = { is: 'verdict', verdict: { is: 'accept' } };
const ifMark = (mark: number): Rule => [
  { is: 'load', what: 'meta', key: own.NFT_META_MARK, into: 8 },
  { is: 'compare', register: 8, op: nf.NFT_CMP_EQ, data: words(mark) },
];
const asks = (mark: number): Rule => [...ifMark(mark), accept];
const gives = (mark: number): Rule => [
  { is: 'data', into: 9, data: words(mark) },
  { is: 'mark', from: 9 },
];
const toPort = (port: number): Rule => [
  { is: 'load', what: 'payload', key: nf.NFT_PAYLOAD_TRANSPORT_HEADER, into: 8, at: { offset: 2, length: 2 } },
  { is: 'compare', register: 8, op: nf.NFT_CMP_EQ, data: new Writer(2).be16(port).take() },
];

interface Chain {
  readonly rules: readonly Rule[];
  readonly hook?: Station['hook'];
  readonly priority?: number;
  readonly type?: string;
  readonly drops?: boolean;
  readonly sees?: Station['sees'];
}

/** Packets that came to the chains before the forward hook. */
let seen = 0;
const station = ({ rules, hook = 'forward', priority = 0, type = 'filter', drops = false, sees = [4, 6] }: Chain): Station => ({
  hook,
  priority,
  type,
  sees,
  judge: (view, steps) => {
    if (hook === 'prerouting') seen++;
    const { accepted, passed } = judge('f', () => ({ rules, partial: false }), view, undefined, steps);
    return accepted || (passed && !drops) ? [] : [CLOSED];
  },
});
const closed = (chains: readonly Chain[], isMarked = false, packet = PACKET) => new Way(chains.map(station), () => isMarked).dropsOf(packet).length > 0;
const early = (...rules: readonly Rule[]): Chain => ({ hook: 'prerouting', priority: -150, rules });

describe('chains of one priority', () => {
  const first = { rules: [asks(5)], drops: true };

  it('may each have what another marks', () => {
    const second = { rules: [gives(5)] };
    expect([closed([first, second]), closed([second, first])]).toEqual([false, false]);
    expect(closed([first, { ...second, priority: 1 }])).toBe(true);
    expect(closed([first, { ...second, priority: -1 }])).toBe(false);
    expect(closed([first, { ...second, sees: [6] }])).toBe(true);
  });

  it('may have it from one that has it from another', () => {
    const [seven, second] = [{ rules: [asks(7 << 8)], drops: true }, { rules: [[...ifMark(5), ...gives(7 << 8)]] }];
    expect(closed([seven, second, { rules: [gives(5)] }])).toBe(false);
    expect(closed([seven, second, { rules: [gives(6 << 16)] }])).toBe(true);
  });

  it('are closed to a mark that none of them gives', () => {
    expect(closed([first, { rules: [gives(0x500)] }])).toBe(true);
  });
});

describe('what is before the forward hook', () => {
  const asking = { rules: [asks(5)], drops: true };

  it('is gone through where a rule asks for the mark', () => {
    expect(closed([asking, early(gives(5))])).toBe(false);
    expect(closed([asking, early(gives(0x500))])).toBe(true);
    expect(closed([asking])).toBe(true);
    expect(closed([asking], true)).toBe(false);
    seen = 0;
    expect(closed([{ rules: [[accept]], drops: true }, early(gives(5))])).toBe(false);
    expect(closed([{ rules: [], drops: true }, early(gives(5))])).toBe(true);
    expect(seen).toBe(0);
  });

  it('is for the port of the host until the destination is rewritten, and for any behind that', () => {
    const at = (priority: number, port: number, type = 'filter') =>
      closed([asking, { hook: 'prerouting', priority, type, rules: [[...toPort(port), ...gives(5)]] }]);
    expect([at(-150, 80), at(-150, 8080)]).toEqual([true, false]);
    expect([at(-100, 80, 'nat'), at(-100, 8080, 'nat')]).toEqual([true, false]);
    expect([at(-100, 80), at(-100, 8080), at(0, 80)]).toEqual([false, false, false]);
  });

  it('is gone through for many packets only as far as is soon done, and the mark is not known then', () => {
    const rules = Array.from({ length: 1000 }, (_, port): Rule => [...toPort(10_000 + port), ...gives(0x500)]);
    const way = new Way([asking, early(...rules)].map(station), () => false);
    const drops = Array.from({ length: 500 }, () => way.dropsOf(PACKET).length);
    expect(drops.slice(0, 3)).toEqual([1, 1, 1]);
    expect(drops.slice(-400)).toEqual(Array(400).fill(0));
  });
});
