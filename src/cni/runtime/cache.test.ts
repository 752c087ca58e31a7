import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { parseCached } from './cache.js';

describe('the cache', () => {
  it('is read or refused, whatever its files hold', () => {
    const hostile = fc.record({
      kind: fc.constant('cniCacheV1'),
      containerId: fc.jsonValue(),
      ifName: fc.jsonValue(),
      networkName: fc.jsonValue(),
      config: fc.jsonValue(),
      cniArgs: fc.jsonValue(),
      result: fc.jsonValue(),
    });
    const file = fc.oneof(
      fc.string(),
      hostile.map((each) => JSON.stringify(each)),
    );
    fc.assert(
      fc.property(file, (text) => {
        try {
          parseCached(text, 'a file');
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('cni-malformed');
        }
      }),
    );
  });
});
