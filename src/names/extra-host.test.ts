import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import { parseExtraHost } from './extra-host.js';

const gateways = ['10.64.0.1', 'fd00::1'] as Ip[];

describe('parseExtraHost', () => {
  it.each([
    ['db:192.0.2.1', 'db', '192.0.2.1'],
    ['db=192.0.2.1', 'db', '192.0.2.1'],
    ['db.test:2001:DB8::1', 'db.test', '2001:db8::1'],
    ['db=2001:db8::1', 'db', '2001:db8::1'],
    ['db:[2001:db8::1]', 'db', '2001:db8::1'],
  ])('reads %s', (text, name, ip) => {
    expect(parseExtraHost(text, gateways)).toEqual([{ name, ip }]);
  });

  it('gives all addresses of the host for host-gateway', () => {
    expect(parseExtraHost('host.docker.internal:host-gateway', gateways)).toEqual(gateways.map((ip) => ({ name: 'host.docker.internal', ip })));
    expect(parseExtraHost('db=host-gateway', [])).toEqual([]);
  });

  it.each(['', 'db', 'db:', ':192.0.2.1', 'db:192.0.2.256', 'db:[192.0.2.1', 'a b:192.0.2.1', 'a\nb:192.0.2.1', 'db:host-gatewax', 'db:192.0.2.1\n'])(
    'refuses %j',
    (text) => {
      expect(parseExtraHost(text, gateways)).toBeUndefined();
    },
  );

  it('reads any text, and gives nothing that would break a line of a hosts file', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `${text}:192.0.2.1`),
        ),
        (text) => {
          for (const { name } of parseExtraHost(text, gateways) ?? []) expect(name).toMatch(/^[^\s#]+$/);
        },
      ),
    );
  });
});
