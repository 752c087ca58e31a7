import { describe, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { failure } from '../base/error.js';
import { ago } from '../base/ago.js';
import { commonFilters, parseFilters } from './filters.js';
import { printListing, type Row } from './listing.js';
import { printable } from './printable.js';
import { errorLines, reportError } from './report.js';
import { table } from './table.js';

describe('errors', () => {
  it('have two lines, the code at the right', () => {
    expect(errorLines(failure('pool-overlap', { subnet: '10.64.0.128/25', other: 'network "web"', range: '10.64.0.0/24' }))).toBe(
      [
        'fairlead: subnet 10.64.0.128/25 overlaps network "web" (10.64.0.0/24)',
        '  choose another, or leave it out and one is picked                                      [pool-overlap]',
        '',
      ].join('\n'),
    );
  });

  it('wrap nothing, however long', () => {
    const text = errorLines(failure('usage-invalid', { reason: 'r'.repeat(300), help: 'h'.repeat(300) }));
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toMatch(/h \[usage-invalid\]\n$/);
  });

  it('carry nothing that a terminal would obey', () => {
    expect(errorLines(failure('network-absent', { ref: 'a\n\u001b[31mb' })).split('\n')[0]).toBe('fairlead: no network "a\\u000a\\u001b[31mb"');
    expect(printable('é\u0085\t')).toBe('é\\u0085\\u0009');
  });

  it('are coloured on a terminal only, and not with NO_COLOR', () => {
    const lines = (terminal: boolean, env: Record<string, string>): string => {
      const world = fakeWorld({ terminal, env });
      reportError(world, new Error('x'));
      return world.taken().err;
    };
    expect(lines(true, {})).toContain('\u001b[');
    expect(lines(false, {})).not.toContain('\u001b[');
    expect(lines(true, { NO_COLOR: '1' })).not.toContain('\u001b[');
  });
});

describe('table', () => {
  it('aligns columns and leaves no space at the end', () => {
    expect(
      table(
        ['ID', 'NAME', 'LAST'],
        [
          ['1', 'a-long-name', 'x'],
          ['22', '', ''],
        ],
      ),
    ).toBe('ID   NAME          LAST\n1    a-long-name   x\n22\n');
  });

  it('keeps a cell on its line', () => {
    expect(table(['A'], [['x\ny']])).toBe('A\nx\\u000ay\n');
  });
});

describe('listing', () => {
  const rows: readonly Row[] = [
    { ID: '1', Name: 'web', Labels: 'a=b' },
    { ID: '2', Name: 'db', Labels: '' },
  ];
  const columns = { headers: { ID: 'NETWORK ID', Name: 'NAME', Labels: 'LABELS' }, shown: ['ID', 'Name'] };
  const print = (flags: object): string => {
    const world = fakeWorld();
    printListing(world, rows, columns, { trunc: true, ...flags });
    return world.taken().out;
  };

  it.each([
    [{}, 'NETWORK ID   NAME\n1            web\n2            db\n'],
    [{ quiet: true }, '1\n2\n'],
    [{ format: 'json' }, '{"ID":"1","Name":"web","Labels":"a=b"}\n{"ID":"2","Name":"db","Labels":""}\n'],
    [{ format: '{{.Name}} {{.ID}}' }, 'web 1\ndb 2\n'],
    [{ format: 'table {{.Name}}\\t{{.Labels}}' }, 'NAME   LABELS\nweb    a=b\ndb\n'],
    [{ format: '{{json .}}' }, '{"ID":"1","Name":"web","Labels":"a=b"}\n{"ID":"2","Name":"db","Labels":""}\n'],
  ])('%j', (flags, text) => {
    expect(print(flags)).toBe(text);
  });

  it('refuses a field that no row would have, also where there is none', () => {
    expect(() => printListing(fakeWorld(), [], columns, { trunc: true, format: '{{.Nmae}}' })).toThrow('no field here; did you mean Name?');
  });
});

describe('filters', () => {
  const objects = [
    { id: 'aa11', name: 'web', labels: { tier: 'front', x: '' } },
    { id: 'ab22', name: 'webdb', labels: { tier: 'back' } },
    { id: 'cc33', name: 'mail', labels: {} },
  ];
  const names = (...texts: string[]): string =>
    objects
      .filter(parseFilters(texts, commonFilters, 'H'))
      .map(({ name }) => name)
      .join(' ');

  it.each([
    [[], 'web webdb mail'],
    [['name=web'], 'web webdb'],
    [['name=web', 'name=mail'], 'web webdb mail'],
    [['id=a', 'label=tier=back'], 'webdb'],
    [['label=tier', 'label=x'], 'web'],
    [['label=tier=front'], 'web'],
  ])('%j', (texts, found) => {
    expect(names(...texts)).toBe(found);
  });

  it('refuses what it does not know', () => {
    expect(() => names('nmae=x')).toThrow('there is no filter "nmae"; did you mean name?');
    expect(() => names('name')).toThrow('has no value');
    expect(() => names('constructor=x')).toThrow('there is no filter');
  });
});

describe('ago', () => {
  it.each([
    [0, 'just now'],
    [1_000, '1 second ago'],
    [59_999, '59 seconds ago'],
    [60_000, '1 minute ago'],
    [7_200_000, '2 hours ago'],
    [86_400_000 * 400, '1 year ago'],
    [-5_000, 'just now'],
  ])('%d', (elapsed, text) => {
    expect(ago(0, elapsed)).toBe(text);
  });
});
