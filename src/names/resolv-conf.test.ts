import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndotsOf, parseResolvConf, resolverResolvConf } from './resolv-conf.js';

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

describe('resolverResolvConf', () => {
  const first = "# Made by Fairlead: 127.0.0.11 knows the names in this sandbox's networks, and asks others about the rest.";

  it("leads to the sandbox's resolver, with the host's search list and options", () => {
    expect(resolverResolvConf('nameserver 9.9.9.9\nsearch a.test b.test\noptions edns0 trust-ad\n', {})).toBe(
      [first, 'nameserver 127.0.0.11', 'search a.test b.test', 'options edns0 trust-ad ndots:0', ''].join('\n'),
    );
    expect(resolverResolvConf('', {})).toBe([first, 'nameserver 127.0.0.11', 'options ndots:0', ''].join('\n'));
  });

  it('takes what the user chose in place of it, each by itself, and none for an empty list', () => {
    const host = 'search a.test\noptions edns0\n';
    expect(resolverResolvConf(host, { search: [], options: ['ndots:3'] })).toBe([first, 'nameserver 127.0.0.11', 'options ndots:3', ''].join('\n'));
    expect(resolverResolvConf(host, { search: ['b.test'] })).toContain('search b.test\noptions edns0 ndots:0\n');
  });

  it('reads any text, and says what the host says', () => {
    const line = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('nameserver ::1', 'search a b', 'domain c', 'options x y', 'options ndots:2', '#'));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const host = parseResolvConf(lines.join('\n'));
        const made = parseResolvConf(resolverResolvConf(lines.join('\n'), {}));
        expect(made.nameServers).toEqual(['127.0.0.11']);
        expect(made.search).toEqual(host.search);
        expect(made.options.slice(0, host.options.length)).toEqual(host.options);
        expect(ndotsOf(made.options)).toBe(ndotsOf(host.options) ?? 0);
      }),
    );
  });
});
