import { expect, it } from 'vitest';
import { found, requirePatterns } from './found.js';

const required = (value: string) => requirePatterns(new Map([['name', [value]]]), ['name']);

it.each<[string, string, boolean]>([
  ['web', 'a-web-b', true],
  ['^web$', 'web', true],
  ['^web$', 'web2', false],
  ['w.b\\d+', 'xweb2', true],
  ['^/box$', '/box', true],
  ['^(a+)+$', `${'a'.repeat(5000)}!`, false],
])('finds %s in %s: %s', async (value, text, is) => {
  await required(value);
  expect(found(text, value)).toBe(is);
});

it.each(['(', '[', 'a**', '(?=a)', '\\1', '((a{99}){99}){99}', `^${'a'.repeat(256)}`])('refuses %s', async (value) => {
  await expect(required(value)).rejects.toMatchObject({ status: 400 });
});
