import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { isLimited, openedMetadata, printEgress } from '../../model/egress.js';
import { parseEgress } from './egress.js';

const address4 = fc.ipV4();
const prefix4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, length]) => `${ip}/${length}`);
const word = fc.oneof(
  fc.constantFrom('all', 'none', 'default', '', '0.0.0.0/0', '::/0', '169.254.169.254', 'fd00:ec2::254'),
  address4,
  fc.ipV6(),
  prefix4,
  fc.string(),
);

describe('where a user lets sandboxes send', () => {
  it.each([
    [['all'], ['all']],
    [['none'], []],
    [['192.0.2.7'], ['192.0.2.7/32']],
    [
      ['10.0.0.0/8', 'FD00::/8', '10.0.0.0/8'],
      ['10.0.0.0/8', 'fd00::/8'],
    ],
    [['2001:DB8::1'], ['2001:db8::1/128']],
    [
      ['all', '169.254.169.254'],
      ['all', '169.254.169.254/32'],
    ],
    [
      ['fd20:ce::254', 'all'],
      ['fd20:ce::254/128', 'all'],
    ],
    [['0.0.0.0/0'], ['0.0.0.0/0']],
  ])('%j is %j', (texts, egress) => expect(parseEgress(texts)).toEqual(egress));

  it.each([
    [[], ''],
    [['none', '10.0.0.0/8'], 'none'],
    [['all', 'none'], 'none'],
    [['all', '10.0.0.0/8'], '10.0.0.0/8'],
    [['all', '169.254.0.0/16'], '169.254.0.0/16'],
    [['10.0.0.7/24'], '10.0.0.7/24'],
    [['example.com'], 'example.com'],
    [['::ffff:192.0.2.7'], '::ffff:192.0.2.7'],
    [['10.0.0.0/33'], '10.0.0.0/33'],
    [[' 10.0.0.0/8'], ' 10.0.0.0/8'],
    [['ALL'], 'ALL'],
  ])('%j is refused', (texts, value) => {
    expect(() => parseEgress(texts)).toThrow(expect.objectContaining({ code: 'value-invalid', values: expect.objectContaining({ field: 'egress', value }) }));
  });

  it('is parsed or refused whatever is written, and what is shown is parsed as the same', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (texts) => {
        let egress: ReturnType<typeof parseEgress>;
        try {
          egress = parseEgress(texts);
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('value-invalid');
          return;
        }
        expect(parseEgress(printEgress(egress))).toEqual(egress);
        expect(isLimited(egress)).toBe(!texts.includes('all'));
      }),
    );
  });

  it.each([
    [['all'], []],
    [['none'], []],
    [['0.0.0.0/0', '::/0'], []],
    [['169.254.0.0/16'], []],
    [['169.254.169.0/24'], ['169.254.169.254']],
    [['169.254.168.0/23'], []],
    [['fd00:ec2::/64'], ['fd00:ec2::254']],
    [['fd00:ec2::/48'], []],
    [
      ['all', '169.254.169.254', 'fd20:ce::254'],
      ['169.254.169.254', 'fd20:ce::254'],
    ],
  ])('%j opens of the metadata addresses %j', (texts, opened) => expect(openedMetadata(parseEgress(texts))).toEqual(opened));
});
