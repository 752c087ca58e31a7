import { describe, expect, it } from 'vitest';
import { ruleComment } from './comment.js';
import type { Expression } from './expression.js';
import { printRuleset, printSandboxRuleset } from './print.js';
import { hostRulesets } from './message.js';
import { sandboxRuleset } from './sandbox-skeleton.js';
import { lengthOf } from './set.js';

const { chains, sets } = hostRulesets.inet;
const guard = hostRulesets.bridge;
const golden = (name: string): string => `../../../../test/golden/nft/${name}`;

// As `nft --debug=netlink` prints instructions, so that the golden compares with what it makes of host.nft.
function printed(e: Expression): string {
  const flags = (of: { readonly flags?: number }) => (of.flags === undefined ? '' : ` flags 0x${of.flags.toString(16)}`);
  const words = (bytes: Uint8Array): string => {
    const padded = new Uint8Array((bytes.length + 3) & ~3);
    padded.set(bytes);
    return [...new Uint32Array(padded.buffer)].map((word) => `0x${word.toString(16).padStart(8, '0')}`).join(' ');
  };
  switch (e.is) {
    case 'meta':
      return `meta load ${e.key} => reg ${e.into}`;
    case 'ct':
      return `ct load ${e.key} => reg ${e.into}${e.direction ? ` , dir ${e.direction}` : ''}`;
    case 'payload write':
      return `payload write reg ${e.from} => ${e.length}b @ ${e.base} header + ${e.offset} csum_type ${e.checksum === undefined ? 0 : 1} csum_off ${e.checksum ?? 0} csum_flags 0x${e.pseudo ? 1 : 0}`;
    case 'immediate data':
      return `immediate reg ${e.into} ${words(e.data)}`;
    case 'payload':
      return `payload load ${e.length}b @ ${e.base} header + ${e.offset} => reg ${e.into}`;
    case 'exthdr':
      return `exthdr load ipv6 ${e.length}b @ ${e.header} + ${e.offset}${e.present ? ' present' : ''} => reg ${e.into}`;
    case 'fib':
      return `fib daddr type => reg ${e.into}`;
    case 'cmp':
      return `cmp ${e.op} reg ${e.register} ${words(e.data)}`;
    case 'bitwise':
      return `bitwise reg ${e.register} = ( reg ${e.register} & ${words(e.mask)} ) ^ ${words(e.xor)}`;
    case 'lookup':
      return `lookup reg ${e.register} set ${e.set}${e.into === undefined ? '' : ` dreg ${e.into}`}${e.inverted ? ' 0x1' : ''}`;
    case 'immediate':
      return `immediate reg 0 ${e.verdict}${e.chain === undefined ? '' : ` -> ${e.chain}`}`;
    case 'nat':
      return `nat ${e.type} ${e.family} addr_min reg ${e.address}${e.port === undefined ? '' : ` proto_min reg ${e.port}`}${flags(e)}`;
    case 'masq':
      return `masq${flags(e)}`;
    case 'notrack':
      return e.is;
  }
}

describe('the host ruleset', () => {
  it('is made of the instructions that nft makes of its text', async () => {
    const rules = chains.flatMap(({ name, rules }) =>
      rules.map(({ expressions }) => [`inet fairlead ${name}`, ...expressions.map((e) => `  [ ${printed(e)} ]`), ''].join('\n')),
    );
    await expect(`${rules.join('\n')}`).toMatchFileSnapshot(golden('host.netlink.txt'));
  });

  it('prints as nft reads it', async () => {
    await expect(printRuleset('inet')).toMatchFileSnapshot(golden('host.nft'));
  });

  it('of a sandbox is made of the instructions that nft makes of its text', async () => {
    const rules = sandboxRuleset(20053).chains.flatMap(({ name, rules }) =>
      rules.map(({ expressions }) => [`inet fairlead ${name}`, ...expressions.map((e) => `  [ ${printed(e)} ]`), ''].join('\n')),
    );
    await expect(`${rules.join('\n')}`).toMatchFileSnapshot(golden('sandbox.netlink.txt'));
    await expect(printSandboxRuleset('abcdef012345', 20053)).toMatchFileSnapshot(golden('sandbox.nft'));
  });

  it('of the guard is made of the instructions that nft makes of its text', async () => {
    const rules = guard.chains.flatMap(({ name, rules }) =>
      rules.map(({ expressions }) => [`bridge fairlead ${name}`, ...expressions.map((e) => `  [ ${printed(e)} ]`), ''].join('\n')),
    );
    await expect(`${rules.join('\n')}`).toMatchFileSnapshot(golden('guard.netlink.txt'));
    await expect(printRuleset('bridge')).toMatchFileSnapshot(golden('guard.nft'));
  });

  it('says whose it is when it is printed for an instance', () => {
    expect(printRuleset('inet', 'abcdef012345')).toBe(printRuleset('inet').replace('comment "fairlead"', 'comment "fairlead abcdef012345"'));
  });

  it('has names once', () => {
    for (const each of [{ chains, sets }, guard]) {
      const names = [...each.sets, ...each.chains].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('looks up only sets that are there, by keys as long as theirs, and in maps only for a value', () => {
    for (const { expressions } of [...chains, ...guard.chains].flatMap(({ rules }) => rules)) {
      for (const [index, e] of expressions.entries()) {
        if (e.is !== 'lookup') continue;
        const set = [...sets, ...guard.sets].find(({ name }) => name === e.set);
        expect(set?.value !== undefined).toBe(e.into !== undefined);
        expect(loaded(expressions.slice(0, index))).toBe(lengthOf(set?.key ?? []));
      }
    }
  });

  it('goes only to chains that are there', () => {
    for (const each of [chains, guard.chains]) {
      for (const e of each.flatMap(({ rules }) => rules).flatMap(({ expressions }) => expressions)) {
        if (e.is === 'immediate' && e.chain !== undefined) expect(each.map(({ name }) => name)).toContain(e.chain);
      }
    }
  });

  it('gives a rule another comment in another chain or with another text', () => {
    const [first, second] = chains[0]?.rules ?? [];
    if (!first || !second) throw new Error('no rules');
    expect(new Set([ruleComment('a', first), ruleComment('b', first), ruleComment('a', second)]).size).toBe(3);
  });
});

// Bytes that the loads right before a lookup put side by side.
function loaded(before: readonly Expression[]): number {
  const sizes = { protocol: 2, iif: 4, oif: 4, iifname: 16, oifname: 16, nfproto: 1, l4proto: 1 } as const;
  const loads: number[] = [];
  for (const e of [...before].reverse()) {
    if (e.is === 'bitwise') continue;
    if (e.is === 'meta') loads.push(sizes[e.key]);
    else if (e.is === 'ct' && e.direction) loads.push(e.key === 'dst_ip' ? 4 : 16);
    else if (e.is === 'payload') loads.push(e.length);
    else break;
  }
  return loads.length === 1 ? (loads[0] ?? 0) : loads.reduce((sum, size) => sum + ((size + 3) & ~3), 0);
}
