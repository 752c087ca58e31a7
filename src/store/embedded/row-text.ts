import type { Row } from '../rows.js';
import type { Revision } from '../store.js';

/** A row as the file holds it: `{"revision":7,"value":…}`, with the lease's id where it goes with a lease. */
export const rowText = ({ text, revision, lease }: Row): string =>
  lease === undefined ? `{"revision":${revision},"value":${text}}` : `{"revision":${revision},"lease":${JSON.stringify(lease)},"value":${text}}`;

/** The row that this text holds, or why it holds none. Never throws. */
export function readRow(stored: string): Row | string {
  const held = parse(stored);
  if (typeof held !== 'object' || held === null) return 'it is no JSON object';
  const { revision, value, lease }: { revision?: unknown; value?: unknown; lease?: unknown } = held;
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 1) return 'it has no revision';
  if (value === undefined || value === null) return 'it has no value';
  if (lease !== undefined && typeof lease !== 'string') return 'its lease is no text';
  const text = JSON.stringify(value);
  return lease === undefined ? { text, revision } : { text, revision, lease };
}

/** A revision that stands by itself, or why it is none. */
export const readRevision = (stored: string): Revision | string => (/^[1-9]\d{0,14}$/.test(stored) ? Number(stored) : 'it is no revision');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
