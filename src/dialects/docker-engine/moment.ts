const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * A moment as the Engine's clients write it, in milliseconds since 1970: seconds since 1970, RFC 3339, or how long before `now`, as Go
 * writes a duration (`1h30m`). `undefined` where the text is none.
 */
export function readMoment(text: string, now: number): number | undefined {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text) * 1_000;
  if (/^(\d{1,9}(\.\d{1,9})?(ms|[smh]))+$/.test(text)) {
    const parts = [...text.matchAll(/([\d.]+)(ms|[smh])/g)];
    return now - parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
  }
  const moment = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}
