import type { Facts, Json } from '../../base/json.js';
import type { Family } from '../../ip/types.js';
import type { Endpoint } from '../../model/records.js';

/** What is stored of an endpoint that plugins made: how they were asked, and what they answered. */
export type CniFacts = {
  readonly file: string;
  readonly network: string;
  readonly plugins: readonly string[];
  readonly containerId: string;
  readonly netns: string;
  readonly ifName: string;
  readonly args: readonly (readonly [string, string])[];
  readonly capabilities: Facts;
  /** The families for which they made a default route. */
  readonly ways: readonly Family[];
  readonly result: Facts;
  /** The link's, where they chose it. */
  readonly mac?: string;
};

/** It as it was stored; nothing of an endpoint that is not joined. */
export const cniFacts = ({ facts }: Pick<Endpoint, 'facts'>): CniFacts | undefined => {
  const stored: { readonly [key: string]: Json } | undefined = facts;
  return typeof stored?.['containerId'] === 'string' ? (stored as unknown as CniFacts) : undefined;
};
