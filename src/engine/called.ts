import { shortId } from '../base/id.js';
import type { Sandbox } from '../model/records.js';

/** A sandbox in words that its user knows: one that is being made and was given no name has none that anybody has seen. */
export const called = ({ id, name, state }: Pick<Sandbox, 'id' | 'name' | 'state'>): string =>
  state === 'creating' && name === shortId(id) ? 'the new sandbox' : `sandbox ${name}`;
