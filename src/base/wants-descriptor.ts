/** Whether this was thrown because no descriptor is left (EMFILE), by Node or by a call of libc. */
export const wantsDescriptor = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === 'EMFILE') || ('errnoName' in error && error.errnoName === 'EMFILE'));
