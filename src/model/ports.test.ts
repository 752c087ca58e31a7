import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import { printPort, printPorts } from './ports.js';
import type { PublishedPort } from './records.js';

const port = (ip: string, number: number, target: number, protocol: PublishedPort['protocol'] = 'tcp'): PublishedPort => ({
  protocol,
  ip: ip as Ip,
  port: number,
  target,
});

describe('published ports', () => {
  it('print as Docker prints them', () => {
    expect(printPort(port('0.0.0.0', 8080, 80))).toBe('0.0.0.0:8080->80/tcp');
    expect(printPort(port('::', 53, 5353, 'udp'))).toBe('[::]:53->5353/udp');
  });

  it('that follow each other on both sides print as one range, for each address', () => {
    const range = [0, 1, 2].flatMap((n) => [port('0.0.0.0', 8000 + n, 80 + n), port('::', 8000 + n, 80 + n)]);
    expect(printPorts(range)).toEqual(['0.0.0.0:8000-8002->80-82/tcp', '[::]:8000-8002->80-82/tcp']);
  });

  it('that do not are apart', () => {
    expect(printPorts([port('0.0.0.0', 8000, 80), port('0.0.0.0', 8001, 80)])).toEqual(['0.0.0.0:8000->80/tcp', '0.0.0.0:8001->80/tcp']);
    expect(printPorts([port('0.0.0.0', 8000, 80), port('0.0.0.0', 8002, 81)])).toEqual(['0.0.0.0:8000->80/tcp', '0.0.0.0:8002->81/tcp']);
    expect(printPorts([port('0.0.0.0', 8000, 80), port('0.0.0.0', 8001, 81, 'udp')])).toEqual(['0.0.0.0:8000->80/tcp', '0.0.0.0:8001->81/udp']);
    expect(printPorts([])).toEqual([]);
  });
});
