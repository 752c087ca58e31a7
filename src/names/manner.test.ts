import { describe, expect, it } from 'vitest';
import { mannerOf } from './manner.js';

describe('how upstreams are asked', () => {
  it('is as options of resolv.conf say, of several the last', () => {
    expect(mannerOf(['timeout:3', 'timeout:2', 'attempts:4', 'rotate', 'use-vc', 'no-aaaa'])).toEqual({
      wait: 2000,
      rounds: 4,
      rotate: true,
      stream: true,
      withoutAaaa: true,
    });
  });

  it('is within what the C library allows', () => {
    expect(mannerOf(['timeout:0', 'attempts:0'])).toEqual({ wait: 1000, rounds: 1 });
    expect(mannerOf(['timeout:999999999999', 'attempts:7'])).toEqual({ wait: 30_000, rounds: 5 });
  });

  it('is nothing where options are for programs alone', () => {
    expect(mannerOf(['ndots:2', 'edns0', 'single-request', 'trust-ad', 'timeout', 'timeout:x'])).toBeUndefined();
    expect(mannerOf([])).toBeUndefined();
  });
});
