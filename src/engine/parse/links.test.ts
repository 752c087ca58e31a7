import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { newId, shortId } from '../../base/id.js';
import { parseLink } from '../../cli/parse/link.js';
import { readLinks } from './attach.js';

describe('links', () => {
  it('are kept as they were written', () => {
    expect(readLinks({ database: 'db', 'DB.v1': 'a_b' })).toEqual({ database: 'db', 'DB.v1': 'a_b' });
    expect(Object.entries(readLinks(Object.fromEntries([['__proto__', 'db']])))).toEqual([['__proto__', 'db']]);
  });

  it('to a sandbox by its whole id are to the name that it has of that', () => {
    const id = newId();
    expect(readLinks({ db: id })).toEqual({ db: shortId(id) });
    expect(readLinks(parseLink(id))).toEqual({ [shortId(id)]: shortId(id) });
  });

  it.each([{ 'a b': 'db' }, { a: '' }, { '': 'db' }, { a: 'x/y' }, { a: 'b'.repeat(254) }, { a: 'x'.repeat(64) }, { 'a..b': 'db' }])(
    'are refused by name: %j',
    (links: Readonly<Record<string, string>>) => {
      expect(() => readLinks(links)).toThrow(expect.objectContaining({ code: 'value-invalid', values: expect.objectContaining({ field: 'link' }) }));
    },
  );

  it('are read or refused, whatever is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('db:database', ':', 'a:', ':b', 'a:b:c')), (text) => {
        try {
          for (const name of Object.entries(readLinks(parseLink(text))).flat()) expect(name).toMatch(/^[\w.-]+$/);
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('value-invalid');
        }
      }),
    );
  });
});
