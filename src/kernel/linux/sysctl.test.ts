import { describe, expect, it } from 'vitest';
import { fileOf } from './sysctl.js';

describe('the file of a setting', () => {
  it('is found with dots and with slashes, as sysctl(8) does', () => {
    expect(fileOf('net.ipv4.ip_forward')).toBe('/proc/sys/net/ipv4/ip_forward');
    expect(fileOf('net/ipv4/conf/eth0.1/forwarding')).toBe('/proc/sys/net/ipv4/conf/eth0.1/forwarding');
    expect(fileOf('net.ipv4.conf.eth0/1.forwarding')).toBe('/proc/sys/net/ipv4/conf/eth0.1/forwarding');
  });

  it('is never outside', () => {
    for (const path of ['net/../../etc/passwd', '../x', '/etc/passwd', 'net//x', '']) expect(() => fileOf(path)).toThrow('ENOENT');
  });
});
