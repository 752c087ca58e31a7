import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import { ndotsOf, parseResolvConf, type ResolvChoice, resolverResolvConf, sandboxResolvConf } from './resolv-conf.js';

describe('parseResolvConf', () => {
  it('reads what resolv.conf(5) allows', () => {
    const text =
      '; old\n# new\nnameserver 9.9.9.9\n nameserver\t2620:fe::fe \nsearch a.test b.test\r\noptions ndots:2 rotate\noptions edns0\nsortlist 10.0.0.0\nnameserver\n';
    expect(parseResolvConf(text)).toEqual({ nameServers: ['9.9.9.9', '2620:fe::fe'], search: ['a.test', 'b.test'], options: ['ndots:2', 'rotate', 'edns0'] });
  });

  it('takes the last of search and domain', () => {
    expect(parseResolvConf('search a b\ndomain c d').search).toEqual(['c']);
    expect(parseResolvConf('domain c\nsearch a b').search).toEqual(['a', 'b']);
  });
});

describe('sandboxResolvConf', () => {
  it("leaves the host's loopback servers out, and says so", () => {
    expect(sandboxResolvConf('nameserver 127.0.0.53\nnameserver 9.9.9.9\nnameserver ::1\nsearch a.test\noptions edns0 trust-ad\n')).toBe(
      [
        "# Made by Fairlead from the host's resolv.conf.",
        '# Left out, loopback addresses of the host: 127.0.0.53 ::1',
        'nameserver 9.9.9.9',
        'search a.test',
        'options edns0 trust-ad',
        '',
      ].join('\n'),
    );
  });

  it.each(['127.0.0.1', '127.8.8.8', '::1', '0:0::1', '::1%lo', '::ffff:127.0.0.1'])('takes %s for loopback', (server) => {
    expect(parseResolvConf(sandboxResolvConf(`nameserver ${server}`)).nameServers).toEqual([]);
  });

  it.each(['128.0.0.1', '1.127.0.1', 'fe80::1%eth0', '::ffff:10.0.0.1', '::11', '7f00::1'])('keeps %s', (server) => {
    expect(parseResolvConf(sandboxResolvConf(`nameserver ${server}`)).nameServers).toEqual([server]);
  });

  it('puts no name server of its own choice where none is left', () => {
    expect(sandboxResolvConf('')).toBe(
      "# Made by Fairlead from the host's resolv.conf.\n# No name server is left. None was put in its place: names do not resolve here.\n",
    );
    expect(parseResolvConf(sandboxResolvConf('nameserver 127.0.0.53\nsearch x')).nameServers).toEqual([]);
  });

  it('reads any text; what it makes says what the host says, and making it again changes nothing', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('nameserver 127.0.0.1', 'nameserver 9.9.9.9', 'nameserver ::1', 'search a b', 'domain c', 'options x y', '#', 'nameserver # x'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const host = parseResolvConf(lines.join('\n'));
        const made = sandboxResolvConf(lines.join('\n'));
        const read = parseResolvConf(made);
        expect(read.search).toEqual(host.search);
        expect(read.options).toEqual(host.options);
        expect(host.nameServers).toEqual(expect.arrayContaining([...read.nameServers]));
        expect(parseResolvConf(sandboxResolvConf(made))).toEqual(read);
      }),
    );
  });
});

describe('sandboxResolvConf with what the user chose', () => {
  const host = 'nameserver 9.9.9.9\nsearch a.test\noptions edns0\n';
  const made = (chosen: Partial<ResolvChoice>) => parseResolvConf(sandboxResolvConf(host, { servers: [], ...chosen }));

  it('puts it in the place of what the host says, each kind by itself', () => {
    expect(made({ servers: ['127.0.0.1' as Ip] })).toEqual({ nameServers: ['127.0.0.1'], search: ['a.test'], options: ['edns0'] });
    expect(made({ search: ['b.test', 'c.test'] })).toEqual({ nameServers: ['9.9.9.9'], search: ['b.test', 'c.test'], options: ['edns0'] });
    expect(made({ options: ['ndots:2'] })).toEqual({ nameServers: ['9.9.9.9'], search: ['a.test'], options: ['ndots:2'] });
    expect(made({ search: [], options: [] })).toEqual({ nameServers: ['9.9.9.9'], search: [], options: [] });
  });
});

describe('resolverResolvConf', () => {
  const host = 'nameserver 127.0.0.53\nsearch a.test\noptions edns0 trust-ad\n';

  it('names the resolver alone, and says whom it asks', () => {
    const upstreams = [
      { server: '127.0.0.53' as Ip, port: 53, from: 'host' },
      { server: 'fe80::1' as Ip, zone: 'eth0', port: 53, from: 'sandbox' },
    ] as const;
    expect(resolverResolvConf(host, { servers: [] }, upstreams)).toBe(
      [
        "# Made by Fairlead: 127.0.0.11 knows the names in this sandbox's networks.",
        '# Others it asks of: 127.0.0.53 (from the host), fe80::1%eth0 (from here)',
        'nameserver 127.0.0.11',
        'search a.test',
        'options edns0 trust-ad ndots:0',
        '',
      ].join('\n'),
    );
    expect(resolverResolvConf('', { servers: [] }, [])).toBe(
      [
        "# Made by Fairlead: 127.0.0.11 knows the names in this sandbox's networks.",
        '# There is nobody whom it asks about others.',
        'nameserver 127.0.0.11',
        'options ndots:0',
        '',
      ].join('\n'),
    );
  });

  it('takes what the user chose, and leaves ndots to who set it', () => {
    const made = (chosen: Partial<ResolvChoice>, text = host) => parseResolvConf(resolverResolvConf(text, { servers: [], ...chosen }, []));
    expect(made({ search: [], options: ['rotate'] })).toEqual({ nameServers: ['127.0.0.11'], search: [], options: ['rotate', 'ndots:0'] });
    expect(made({ search: ['b.test'], options: ['ndots:2'] })).toMatchObject({ search: ['b.test'], options: ['ndots:2'] });
    expect(made({ servers: ['192.0.2.53' as Ip] }).nameServers).toEqual(['127.0.0.11']);
    expect(made({}, 'options ndots:5').options).toEqual(['ndots:5']);
  });

  it('reads ndots', () => {
    expect(ndotsOf(['rotate', 'ndots:1', 'ndots:3'])).toBe(3);
    expect(ndotsOf(['ndots:', 'ndots:x', 'xndots:1'])).toBeUndefined();
  });
});
