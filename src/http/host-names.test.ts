import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namesOf } from './host-names.js';

const names = (own: string, hosts = '', resolvConf = '') => [...namesOf(own, hosts, resolvConf)].sort();

it('are those that the host gives itself', () => {
  expect(names('node1')).toEqual(['node1']);
  expect(names('Node1.example.com')).toEqual(['node1', 'node1.example.com']);
  expect(names('node1', '', 'nameserver 192.0.2.53\nsearch example.com lan. .\noptions ndots:2\n')).toEqual(['node1', 'node1.example.com', 'node1.lan']);
  expect(names('node1', '', 'domain Example.com # ours')).toEqual(['node1', 'node1.example.com']);
  const hosts = '127.0.0.1 localhost\n127.0.1.1\tnode1.mgmt.example node1 # this host\n0.0.0.0 ads.example\n192.0.2.7 node2.example node2\n#9.9.9.9 x node1';
  expect(names('node1', hosts)).toEqual(['node1', 'node1.mgmt.example']);
  expect(names('node1', '192.0.2.1 metrics.example node1.lan', 'search lan')).toEqual(['metrics.example', 'node1', 'node1.lan']);
});

it('are none where the host has none', () => {
  expect(names('', '127.0.0.1 localhost', 'search lan')).not.toContain('');
  expect(names('', '127.0.0.1 localhost')).toEqual([]);
});

it('never are those of a line without this host', () => {
  fc.assert(
    fc.property(fc.domain(), fc.string(), (other, noise) => {
      expect(namesOf('node1', `192.0.2.1 ${other}\n`, noise).has(other)).toBe(false);
    }),
  );
});
