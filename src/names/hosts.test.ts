import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import { hostsFile, parseHosts, printHosts } from './hosts.js';

describe('hosts', () => {
  it("is Docker's, then the sandbox's own addresses", () => {
    expect(hostsFile('api', ['10.64.0.2' as Ip, 'fd00:64::2' as Ip])).toBe(
      [
        '127.0.0.1\tlocalhost',
        '::1\tlocalhost ip6-localhost ip6-loopback',
        'fe00::0\tip6-localnet',
        'ff00::0\tip6-mcastprefix',
        'ff02::1\tip6-allnodes',
        'ff02::2\tip6-allrouters',
        '10.64.0.2\tapi',
        'fd00:64::2\tapi',
        '',
      ].join('\n'),
    );
  });

  it('has the hosts that were added before its own, and the short name behind one with a domain', () => {
    const extraHosts = [{ name: 'registry.test', ip: '192.0.2.1' as Ip }];
    const own = hostsFile('api.example.com', ['10.64.0.2' as Ip], extraHosts)
      .split('\n')
      .slice(6);
    expect(own).toEqual(['192.0.2.1\tregistry.test', '10.64.0.2\tapi.example.com api', '']);
  });

  it('reads names and leaves comments out', () => {
    expect(parseHosts('# a comment\n10.0.0.1  a b # c\n\t10.0.0.2\td\r\n10.0.0.3\n#10.0.0.4 e\n\n10.0.0.5 f')).toEqual([
      { address: '10.0.0.1', names: ['a', 'b'] },
      { address: '10.0.0.2', names: ['d'] },
      { address: '10.0.0.5', names: ['f'] },
    ]);
  });

  it('reads any text, and what it printed as it was', () => {
    const word = fc.stringMatching(/^[a-z0-9.:-]{1,8}$/);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseHosts(text).every(({ names }) => names.length > 0)));
    fc.assert(
      fc.property(fc.array(fc.record({ address: word, names: fc.array(word, { minLength: 1 }) })), (entries) => {
        expect(parseHosts(printHosts(entries))).toEqual(entries);
      }),
    );
  });
});
