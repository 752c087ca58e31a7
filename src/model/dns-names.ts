import { shortId } from '../base/id.js';
import type { Endpoint, Sandbox } from './records.js';

/** The names by which an endpoint is found on its network: Docker's DNSNames, and the first is what a reverse lookup gives. */
export function dnsNames({ name, aliases }: Endpoint, sandbox: Sandbox | undefined): readonly string[] {
  const names = sandbox ? [sandbox.name, name, ...aliases, shortId(sandbox.id), sandbox.hostname] : [name, ...aliases];
  return [...new Set(names.filter((each) => each !== ''))];
}
