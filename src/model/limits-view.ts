import { limitsOf } from './rates.js';

/** How fast something may receive and send, in bits a second, 0 without a limit; and how many bytes pass at once. */
export interface LimitsView {
  readonly RateIn: number;
  readonly BurstIn: number;
  readonly RateOut: number;
  readonly BurstOut: number;
}

/** What limits an endpoint in this sandbox on this network. */
export function limitsView(...who: Parameters<typeof limitsOf>): LimitsView {
  const limits = limitsOf(...who);
  return { RateIn: limits.in?.rate ?? 0, BurstIn: limits.in?.burst ?? 0, RateOut: limits.out?.rate ?? 0, BurstOut: limits.out?.burst ?? 0 };
}
