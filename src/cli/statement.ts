/** What everybody should know before using it. */
export const STATEMENT = 'A sandbox here is a network stack only: no files, no processes, no isolation of code.';
