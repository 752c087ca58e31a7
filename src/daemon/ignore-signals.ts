/**
 * Administrators send SIGUSR1 and SIGUSR2 to daemons that tell something on them; here they do nothing. Left to Node, the first would open its debugger, at a port
 * where every user of this host could make the daemon run code, and the second would end the process.
 */
export function ignoreSignals(): void {
  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => {});
}
