/** Where the engine says what it did. The daemon hands a real logger in; the library is silent by default. */
export interface Log {
  debug(what: string, values?: Readonly<Record<string, unknown>>): void;
  info(what: string, values?: Readonly<Record<string, unknown>>): void;
  warn(what: string, values?: Readonly<Record<string, unknown>>): void;
  error(what: string, values?: Readonly<Record<string, unknown>>): void;
}

const nothing = () => undefined;

/** Says nothing. */
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
