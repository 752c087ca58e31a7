import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import type { PortAsk } from '../../model/asks.js';
import { parsePublish } from './publish.js';

describe('a published port', () => {
  it.each<[string, PortAsk]>([
    ['80', { port: 80 }],
    ['8080:80', { hostPort: 8080, port: 80 }],
    ['8080:80/udp', { protocol: 'udp', hostPort: 8080, port: 80 }],
    ['8080:80/TCP', { protocol: 'tcp', hostPort: 8080, port: 80 }],
    ['127.0.0.1:8080:80', { hostIp: '127.0.0.1', hostPort: 8080, port: 80 }],
    ['127.0.0.1::80', { hostIp: '127.0.0.1', port: 80 }],
    ['[::1]:8080:80', { hostIp: '::1', hostPort: 8080, port: 80 }],
    ['[2001:db8::1]::80/sctp', { protocol: 'sctp', hostIp: '2001:db8::1', port: 80 }],
    ['0:80', { port: 80 }],
    [':80', { port: 80 }],
    ['8000-8010:80', { hostPort: { first: 8000, last: 8010 }, port: 80 }],
    ['8000-8002:80-82', { hostPort: { first: 8000, last: 8002 }, port: { first: 80, last: 82 } }],
    ['80-82', { port: { first: 80, last: 82 } }],
  ])('%s', (text, ask) => expect(parsePublish(text)).toEqual(ask));

  it.each([
    ['', 'the port of the sandbox is missing'],
    ['8080:', 'the port of the sandbox is missing'],
    ['web:80', '"web" is no port'],
    ['80/tpc', 'did you mean tcp'],
    ['80/', 'there is no protocol ""'],
    ['::1:8080:80', 'an IPv6 address has no brackets'],
    ['[::1]:80', 'no port of the host'],
    ['127.0.0.1:80/udp', 'no port of the host'],
    ['[::1:80', 'not understood'],
    ['[]:8080:80', 'not understood'],
    ['-80', '"-80" is no port'],
    ['123456', '"123456" is no port'],
    ['80-81-82', 'is no port'],
  ])('%s is refused: %s', (text, reason) => expect(() => parsePublish(text)).toThrow(reason));

  it('says how an address is written', () => {
    const mend = (text: string) => () => parsePublish(text);
    expect(mend('127.0.0.1:80')).toThrow(expect.objectContaining({ mend: 'write 127.0.0.1:80:80, or 127.0.0.1::80 for a free one' }));
    expect(mend('[::1]:80-81/udp')).toThrow(expect.objectContaining({ mend: 'write [::1]:80-81:80-81, or [::1]::80-81 for a free one' }));
  });

  it('is read as it was written', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    const range = fc.oneof(port, fc.record({ first: port, last: port }));
    const ask = fc.record(
      { protocol: fc.constantFrom('tcp', 'udp', 'sctp'), hostIp: fc.oneof(fc.ipV4(), fc.ipV6()), hostPort: range, port: range },
      { requiredKeys: ['port'] },
    );
    fc.assert(
      fc.property(ask, (each) => {
        expect(parsePublish(write(each as PortAsk))).toEqual(each);
      }),
    );
  });

  it('is an ask or value-invalid, whatever is written', () => {
    const bits = fc.array(fc.constantFrom('80', ':', '-', '/', 'tcp', '[', ']', '::1', '0', 'a', '127.0.0.1', '99999')).map((each) => each.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), bits), (text) => {
        try {
          expect(parsePublish(text).port).toBeDefined();
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('value-invalid');
        }
      }),
    );
  });
});

function write({ protocol, hostIp, hostPort, port }: PortAsk): string {
  const range = (value: PortAsk['port']) => (typeof value === 'number' ? String(value) : `${value.first}-${value.last}`);
  const ip = hostIp === undefined ? [] : [hostIp.includes(':') ? `[${hostIp}]` : hostIp];
  const host = hostPort === undefined ? (hostIp === undefined ? [] : ['']) : [range(hostPort)];
  return [...ip, ...host, range(port)].join(':') + (protocol === undefined ? '' : `/${protocol}`);
}
