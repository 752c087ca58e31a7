const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** How long something took, or is there, in its largest unit: `3 minutes`. Milliseconds; nothing for less than a second. */
export function span(milliseconds: number): string | undefined {
  const seconds = Math.floor(milliseconds / 1000);
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return undefined;
}

/** How long ago a moment was (milliseconds since 1970): `3 minutes ago`. */
export function ago(moment: number, now: number): string {
  const passed = span(now - moment);
  return passed === undefined ? 'just now' : `${passed} ago`;
}
