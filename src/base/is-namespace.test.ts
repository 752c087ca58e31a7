import { expect, it } from 'vitest';
import { isNamespace } from './is-namespace.js';

it('tells a namespace from a file, a directory, and what is not there', () => {
  const paths = ['/proc/self/ns/net', import.meta.filename, import.meta.dirname, '/proc/self/ns/none'];
  expect(paths.map(isNamespace)).toEqual([true, false, false, false]);
});
