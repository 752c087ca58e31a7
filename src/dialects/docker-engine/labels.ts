import type { Strings } from '../../model/records.js';
import type { Matchers } from './filters.js';

/** Whether labels have this one: `KEY`, or `KEY=VALUE`. */
export function hasLabel(labels: Strings, wanted: string): boolean {
  const at = wanted.indexOf('=');
  const key = at < 0 ? wanted : wanted.slice(0, at);
  return Object.hasOwn(labels, key) && (at < 0 || labels[key] === wanted.slice(at + 1));
}

/** The filters `label` and `label!` of whatever has labels. */
export const labelMatchers: Matchers<{ readonly labels: Strings }> = {
  label: ({ labels }, value) => hasLabel(labels, value),
  'label!': ({ labels }, value) => !hasLabel(labels, value),
};
