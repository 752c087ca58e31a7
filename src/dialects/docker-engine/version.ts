import { Refusal } from './refusal.js';

/** The versions of the API that are spoken, as minor numbers of 1.x: Engine 1.12 to 28.5. */
export const OLDEST = 24;
export const NEWEST = 51;

/** A version as it is written. */
export const printVersion = (minor: number): string => `1.${minor}`;

/** The version that a path asks for, `1.41`; the newest where it asks for none. Throws a refusal outside of what is spoken. */
export function versionOf(text: string | undefined): number {
  if (text === undefined) return NEWEST;
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})$/.exec(text) ?? [];
  const order = Number(major) * 1000 + Number(minor);
  if (order > 1000 + NEWEST) throw new Refusal(400, `client version ${text} is too new. Maximum supported API version is ${printVersion(NEWEST)}`);
  if (!(order >= 1000 + OLDEST)) {
    throw new Refusal(
      400,
      `client version ${text} is too old. Minimum supported API version is ${printVersion(OLDEST)}, please upgrade your client to a newer version`,
    );
  }
  return Number(minor);
}
