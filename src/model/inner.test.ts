import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipFromNumber } from '../ip/ip.js';
import { contains, makePrefix } from '../ip/prefix.js';
import { checkKind, KIND, OWNER, parseTapOwner } from './endpoint-kind.js';
import { checkInner, INNER, INNER_GATEWAY, INNER_MAC, innerOf, innerOptions } from './inner.js';

const options = (raw: Readonly<Record<string, string>>) => ({ options: raw });

describe('who a sandbox thinks it is', () => {
  it('has an address, and a gateway that is another of its subnet', () => {
    expect(innerOf(options({ [INNER]: '192.168.241.2/29', [INNER_MAC]: '06:00:c0:a8:f1:02' }))).toEqual({
      address: '192.168.241.2/29',
      ip: '192.168.241.2',
      gateway: '192.168.241.1',
      mac: '06:00:c0:a8:f1:02',
    });
    expect(innerOf(options({ [INNER]: '192.168.241.1/29' }))?.gateway).toBe('192.168.241.2');
    expect(innerOf(options({ [INNER]: '192.168.241.2/29', [INNER_GATEWAY]: '192.168.241.6' }))?.gateway).toBe('192.168.241.6');
    expect(innerOf(options({}))).toBeUndefined();
  });

  it('is an address of a machine or refused, whatever is written', () => {
    const written = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(0xffff_ffff), fc.nat(40)).map(([number, length]) => `${ipFromNumber(BigInt(number), 4)}/${length}`),
    );
    fc.assert(
      fc.property(written, (text) => {
        if ('wanted' in innerOptions[INNER].parse(text)) return;
        const inner = innerOf(options({ [INNER]: text }));
        const length = Number(text.split('/')[1]);
        const number = inner?.ip.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) ?? 0n;
        const subnet = makePrefix(4, (number >> BigInt(32 - length)) << BigInt(32 - length), length);
        expect([inner?.gateway === inner?.ip, inner && contains(subnet, inner.gateway)]).toEqual([false, true]);
      }),
    );
  });

  it('is refused where it does not go together', () => {
    expect(() => checkInner({ [INNER_MAC]: '06:00:c0:a8:f1:02' })).toThrow(INNER_MAC);
    expect(() => checkInner({ [INNER]: '192.168.241.2/29', [INNER_GATEWAY]: '192.168.241.2' })).toThrow(INNER_GATEWAY);
    expect(() => checkInner({ [INNER]: '192.168.241.2/29', [INNER_GATEWAY]: '192.168.241.3' })).not.toThrow();
    expect(() => checkKind({ [OWNER]: '1000' })).toThrow(OWNER);
    expect(() => checkKind({ [OWNER]: '1000', [KIND]: 'tap' })).not.toThrow();
  });
});

describe('the owner of a tap', () => {
  it('is a number, and that of a group, or refused', () => {
    expect([parseTapOwner('1000'), parseTapOwner('1000:36')]).toEqual([{ user: 1000 }, { user: 1000, group: 36 }]);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,11}(:\d{0,11})?$/)), (text) => {
        const owner = parseTapOwner(text);
        if (owner) expect(`${owner.user}${owner.group === undefined ? '' : `:${owner.group}`}`).toBe(text.replace(/(^|:)0+(?=\d)/g, '$1'));
      }),
    );
  });
});
