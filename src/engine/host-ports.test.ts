import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import type { Id } from '../base/id.js';
import { HostPorts, type PortRequest } from './host-ports.js';
import type { PortWish } from './parse/ports.js';

const [one, two] = ['one', 'two'] as readonly string[] as readonly [Id, Id];
const EVERY = ['0.0.0.0'] as readonly string[] as readonly Ip[];
const wish = (first: number, last: number, ofRange = false): PortWish => ({ protocol: 'tcp', ips: EVERY, from: { first, last }, target: 80, ofRange });
const asked = (sandbox: Id, wishes: readonly PortWish[]): PortRequest => ({
  sandbox,
  wishes,
  free: { first: 40_000, last: 40_009 },
  replaced: [],
  flag: '-p',
  refused: new Set(),
});

const mendOf = (mend: string) => expect.objectContaining({ code: 'port-claimed', values: expect.objectContaining({ mend }) });

describe('the ports of the host', () => {
  it('have another one told that nobody has or asks for', () => {
    const ports = new HostPorts((id) => id);
    ports.take(asked(one, [wish(8080, 8080), wish(8085, 8085)])).keep();
    const wishes = [wish(8090, 8090), wish(8080, 8080), wish(8081, 8083), wish(8082, 8082), wish(8079, 8084)];
    expect(ports.other(wish(8080, 8080), 8080, { wishes })).toBe(8086);
    expect(ports.other(wish(8080, 8080), 8089, { wishes })).toBe(8091);
    expect(ports.other(wish(8080, 8080), 8080, { wishes: [wish(8081, 65_535)] })).toBeUndefined();
  });

  it('look at each wish a few times, however many there are', () => {
    let looks = 0;
    const counted = (port: number, ofRange: boolean): PortWish =>
      Object.defineProperty(wish(port, port, ofRange), 'from', { get: () => (looks++, { first: port, last: port }), enumerable: true });
    for (const ofRange of [true, false]) {
      const ports = new HostPorts((id) => id);
      ports.take(asked(one, [wish(10_000, 10_000)])).keep();
      const wishes = Array.from({ length: 1000 }, (_, index) => counted(10_000 + index, ofRange));
      looks = 0;
      expect(() => ports.take(asked(two, wishes))).toThrow(
        mendOf(ofRange ? 'choose another range' : '-p 0.0.0.0:11000:80 uses another, -p 0.0.0.0::80 takes a free one'),
      );
      expect(looks).toBeLessThan(5000);
    }
  });
});
