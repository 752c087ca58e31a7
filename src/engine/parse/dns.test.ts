import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { parseDns } from './dns.js';

describe('what a user asks of names', () => {
  it('is nothing where nothing was said', () => {
    expect(parseDns()).toEqual({ servers: [], hosts: [] });
    expect(parseDns({})).toEqual({ servers: [], hosts: [] });
  });

  it('is parsed', () => {
    expect(
      parseDns({
        servers: ['9.9.9.9', 'FD00::53'],
        search: ['example.com.', 'b'],
        options: ['ndots:2', 'use-vc'],
        hosts: [
          { name: 'nas', address: '192.0.2.7' },
          { name: 'me', address: 'host-gateway' },
        ],
      }),
    ).toEqual({
      servers: ['9.9.9.9', 'fd00::53'],
      search: ['example.com', 'b'],
      options: ['ndots:2', 'use-vc'],
      hosts: [
        { name: 'nas', ip: '192.0.2.7' },
        { name: 'me', ip: 'host-gateway' },
      ],
    });
    expect(parseDns({ search: ['.'] }).search).toEqual([]);
  });

  it.each([
    [{ servers: ['dns.example'] }, 'dns'],
    [{ servers: ['127.0.0.11'] }, 'dns'],
    [{ servers: ['0.0.0.0'] }, 'dns'],
    [{ servers: ['::'] }, 'dns'],
    [{ search: ['two words'] }, 'dns-search'],
    [{ search: ['a..b'] }, 'dns-search'],
    [{ search: ['a'.repeat(64)] }, 'dns-search'],
    [{ search: Array.from({ length: 33 }, (_, index) => `d${index}.test`) }, 'dns-search'],
    [{ options: ['ndots 2'] }, 'dns-option'],
    [{ options: ['bogus:2'] }, 'dns-option'],
    [{ options: ['ndots'] }, 'dns-option'],
    [{ options: ['rotate:1'] }, 'dns-option'],
    [{ options: ['nameserver\n1.1.1.1'] }, 'dns-option'],
    [{ hosts: [{ name: 'a b', address: '1.1.1.1' }] }, 'add-host'],
    [{ hosts: [{ name: 'a..b', address: '1.1.1.1' }] }, 'add-host'],
    [{ hosts: [{ name: 'a'.repeat(64), address: '1.1.1.1' }] }, 'add-host'],
    [{ hosts: [{ name: 'a', address: 'gateway' }] }, 'add-host'],
  ])('is refused by name: %j', (ask, field) => {
    expect(() => parseDns(ask)).toThrow(expect.objectContaining({ code: 'value-invalid', values: expect.objectContaining({ field }) }));
  });

  it('is refused with what may be meant', () => {
    expect(() => parseDns({ options: ['ndot:2'] })).toThrow('did you mean ndots:2?');
    expect(() => parseDns({ hosts: [{ name: 'a', address: 'gateway' }] })).toThrow(expect.objectContaining({ mend: 'write it as 10.0.0.9, or host-gateway' }));
  });

  it('is parsed or refused, whatever is written', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('.', 'a.test', '::1', 'ndots:1', 'host-gateway'));
    const ask = fc.record({
      servers: fc.array(word),
      search: fc.array(word),
      options: fc.array(word),
      hosts: fc.array(fc.record({ name: word, address: word })),
    });
    fc.assert(
      fc.property(ask, (asked) => {
        try {
          const { search = [], options = [] } = parseDns(asked);
          expect([...search, ...options].join('')).not.toMatch(/\s/);
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('value-invalid');
        }
      }),
    );
  });
});
