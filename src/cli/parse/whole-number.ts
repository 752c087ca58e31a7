import { usage } from '../usage.js';

/** A whole number that the user wrote, or nothing where nothing was written. */
export function wholeNumber(option: string, text: string | undefined, help: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[+-]?\d{1,10}$/.test(text)) return Number(text);
  throw usage(`${option} "${text}" is no whole number`, help);
}
