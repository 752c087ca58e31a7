/** The time, as a value that tests and the simulation replace. Milliseconds since 1970. */
export interface Clock {
  now(): number;
}

/** The system's clock. */
export const systemClock: Clock = { now: () => Date.now() };
