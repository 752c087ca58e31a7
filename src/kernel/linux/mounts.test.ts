import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMountinfo } from './mounts.js';

const text = [
  '25 30 0:23 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw',
  '30 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '41 25 0:27 / /sys/fs/cgroup ro,nosuid master:9 propagate_from:2 - tmpfs tmpfs ro,mode=755',
  '99 30 0:4 net:[4026532201] /run/my\\040ns/x rw - nsfs nsfs rw',
  '',
].join('\n');

describe('parseMountinfo', () => {
  it('reads what is asked for', () => {
    expect(parseMountinfo(text)).toEqual([
      { id: 25, parent: 30, point: '/sys', type: 'sysfs', readOnly: false, slave: false },
      { id: 30, parent: 1, point: '/', type: 'ext4', readOnly: false, slave: false },
      { id: 41, parent: 25, point: '/sys/fs/cgroup', type: 'tmpfs', readOnly: true, slave: true },
      { id: 99, parent: 30, point: '/run/my ns/x', type: 'nsfs', readOnly: false, slave: false },
    ]);
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (given) => Array.isArray(parseMountinfo(given))));
  });
});
