/**
 * Keeps SIGUSR1 from opening Node's debugger, at a port where every user of this host could make the daemon run code. Administrators
 * send that signal to daemons that tell something on it; here it does nothing.
 */
export function refuseDebugger(): void {
  process.on('SIGUSR1', () => {});
}
