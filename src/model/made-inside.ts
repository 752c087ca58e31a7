import type { Lease } from './records.js';

/** The facts of an address that others gave an endpoint in its sandbox, for as long as it is joined (`AsksInside`). */
export const MADE_INSIDE = { chosen: 'inside' } as const;

/** Whether an address ends with the join. */
export const isMadeInside = ({ facts }: Lease): boolean => facts?.['chosen'] === MADE_INSIDE.chosen;
