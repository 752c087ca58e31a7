import { describe, expect, it } from 'vitest';
import { otherVlans, portVlans, printVlans, UNSORTED } from './port-vlans.js';

describe('VLANs of a port', () => {
  it('are in order, and neighbours of one form are one', () => {
    expect(
      portVlans([
        { from: 200, to: 210 },
        { from: 100, to: 100 },
        { from: 101, to: 199 },
      ]),
    ).toEqual([{ from: 100, to: 210 }]);
    const own = { from: 50, to: 50, untagged: true, pvid: true } as const;
    expect(printVlans(portVlans([{ from: 49, to: 49, untagged: true }, own, { from: 51, to: 60, untagged: true }]))).toBe(
      '49 untagged, 50 pvid untagged, 51-60 untagged',
    );
  });

  it('are what was said of them last', () => {
    expect(printVlans(portVlans([...UNSORTED, { from: 50, to: 50, untagged: true, pvid: true }]))).toBe('1 untagged, 50 pvid untagged');
    expect(
      printVlans(
        portVlans([
          { from: 1, to: 1, untagged: true },
          { from: 1, to: 3 },
        ]),
      ),
    ).toBe('1-3');
  });

  it('leave others', () => {
    expect(otherVlans([])).toEqual([{ from: 1, to: 4094 }]);
    expect(
      otherVlans([
        { from: 1, to: 1 },
        { from: 50, to: 60 },
      ]),
    ).toEqual([
      { from: 2, to: 49 },
      { from: 61, to: 4094 },
    ]);
    expect(otherVlans([{ from: 2, to: 4094 }])).toEqual([{ from: 1, to: 1 }]);
  });
});
