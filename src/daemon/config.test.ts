import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FairleadError } from '../base/error.js';
import { readConfig } from './config.js';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const path = join(folder, 'fairlead.toml');
  writeFileSync(path, text);
  return readConfig(path);
};

describe('a configuration file', () => {
  it('says what it says, and nothing else', () => {
    expect(read('')).toEqual({});
    const text = `
socket = "/run/x.sock"
log-level = "warn"
drift-interval = 60
[[address-pools]]
base = "10.200.0.0/16"
size = 24
[drivers.bridge]
"com.docker.network.driver.mtu" = 1400
"com.docker.network.bridge.enable_icc" = false
`;
    expect(read(text)).toEqual({
      socket: '/run/x.sock',
      level: 'warn',
      driftInterval: 60,
      addressPools: [{ base: '10.200.0.0/16', size: 24 }],
      drivers: { bridge: { 'com.docker.network.driver.mtu': '1400', 'com.docker.network.bridge.enable_icc': 'false' } },
    });
  });

  it.each([
    ['sockets = "x"', /no key "sockets"; did you mean socket\?/],
    ['socket = 3', /socket takes a text/],
    ['log-level = "loud"', /log-level takes one of debug/],
    ['drift-interval = "often"', /drift-interval takes a number of seconds/],
    ['address-pools = 3', /takes a list of tables/],
    ['[[address-pools]]\nbase = "10.0.0.0/8"', /takes base = /],
    ['[bridge]\nbipp = "10.9.0.1/24"', /there is no key "bridge\.bipp"; did you mean bip/],
    ['[bridge]\nicc = "no"', /bridge\.icc takes true or false/],
    ['[bridge]\nmtu = "1400"', /bridge\.mtu takes a number/],
    ['bridge = "br0"', /bridge takes a table/],
    ['[store]\nprefix = "/x"', /store\.endpoints takes a list of texts/],
    ['[store]\nendpoints = ["a:1"]\nprefx = "/x"', /there is no key "store\.prefx"; did you mean prefix/],
    ['[store]\nendpoints = ["a:1"]\nuser = 3', /store\.user takes a text/],
    ['store = 5', /store takes a table/],
    ['[cluster]\nlease = "x"', /cluster\.lease takes a number/],
    ['[drivers]\nbridge = 3', /drivers\.bridge takes a table/],
    ['[drivers.bridge]\nx = [1]', /takes options and their values/],
    ['socket = ', /the configuration .* cannot be used/],
    ['group = "a"\nsocket = ', /line 2: /],
  ])('%s is refused by name', (text, words) => {
    expect(() => read(text)).toThrow(words);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('names the etcd that hosts share', () => {
    const store = '[store]\nendpoints = ["192.0.2.1", "[fd00::1]:2380"]\nprefix = "/site"\nuser = "net"\npassword-file = "/etc/etcd-password"';
    expect(read(`${store}\n[cluster]\nhost-name = "h1"\nadvertise = "eth0"`)).toEqual({
      cluster: {
        store: { endpoints: ['192.0.2.1', '[fd00::1]:2380'], prefix: '/site', user: 'net', passwordFile: '/etc/etcd-password' },
        host: 'h1',
        address: 'eth0',
      },
    });
    expect(read('store = "etcd://a"')).toEqual({ cluster: { store: 'etcd://a' } });
  });

  it('is told of the keys that the table takes', () => {
    expect(() => read('[store]\nprefix = "/x"')).toThrow(expect.objectContaining({ mend: expect.stringMatching(/^keys of \[store\]: endpoints, prefix, /) }));
    expect(() => read('[bridge]\nbipp = "10.9.0.1/24"')).toThrow(
      expect.objectContaining({ mend: expect.stringMatching(/^keys of \[bridge\]: bridge, bip, /) }),
    );
    expect(() => read('sockets = "x"')).toThrow(expect.objectContaining({ mend: expect.stringMatching(/^what it takes: docs\/reference\/config\.md$/) }));
  });

  it('that is not there is refused too', () => {
    const refused = (path: string) => {
      try {
        return readConfig(path);
      } catch (error) {
        return FairleadError.is(error) && [error.code, error.message, error.mend];
      }
    };
    const mend = 'name a file that can be: --config FILE';
    const absent = join(folder, 'absent.toml');
    expect(refused(absent)).toEqual(['config-unreadable', `the configuration ${absent} cannot be read: there is no such file`, mend]);
    expect(refused(folder)).toEqual(['config-unreadable', `the configuration ${folder} cannot be read: it is a directory`, mend]);
  });

  it('of any text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          read(text);
        } catch (error) {
          expect(FairleadError.is(error)).toBe(true);
        }
      }),
    );
  });
});
