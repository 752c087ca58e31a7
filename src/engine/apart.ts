import type { Endpoint } from '../model/records.js';

/** An endpoint as it is outside of any sandbox: it keeps its name and its addresses. */
export function apart(endpoint: Endpoint): Endpoint {
  const { sandbox: _, link: __, ...rest } = endpoint;
  return { ...rest, state: 'created', gateway: [] };
}
