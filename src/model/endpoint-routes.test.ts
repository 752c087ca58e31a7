import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRoutes, printRoutes } from './endpoint-routes.js';

it.each([
  ['10.9.0.0/16 via 10.64.0.1', [{ to: '10.9.0.0/16', via: '10.64.0.1' }]],
  ['10.9.1.2/16', [{ to: '10.9.0.0/16' }]],
  ['fd09::/32 via fe80::1, 10.9.0.0/16', [{ to: 'fd09::/32', via: 'fe80::1' }, { to: '10.9.0.0/16' }]],
])('%s', (text, routes) => {
  expect(parseRoutes(text)).toEqual(routes);
  expect(parseRoutes(printRoutes(parseRoutes(text) ?? []))).toEqual(routes);
});

it.each(['', '10.9.0.0/16 via', '10.9.0.0/16 by 10.0.0.1', '10.9.0.0/16 via fd00::1', '0.0.0.0/0 via 10.0.0.1', '10.9.0.0/16,10.9.0.0/16', 'x', '10.9.0.0/33'])(
  'refuses "%s"',
  (text) => {
    expect(parseRoutes(text)).toBeUndefined();
  },
);

it('makes of any text routes that it prints and reads again, or nothing', () => {
  const word = fc.constantFrom('10.9.0.0/16', 'fd09::/32', 'via', '10.0.0.1', 'fe80::1', ' ', ',', '/', '0.0.0.0/0');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join(' ')),
      ),
      (text) => {
        const routes = parseRoutes(text);
        if (routes) expect(parseRoutes(printRoutes(routes))).toEqual(routes);
      },
    ),
  );
});
