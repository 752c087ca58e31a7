import { failure } from '../../base/error.js';
import type { DnsAsk, DnsChange } from '../../model/asks.js';

/** Refuses a say in how names are looked up in the host's own stack: what asks there reads the host's files, which are nobody's to change. Throws `network-exclusive`. */
export function withoutNames(sandbox: string, dns: DnsAsk | DnsChange): void {
  if (Object.values(dns).every((each) => Array.isArray(each) && each.length === 0)) return;
  const reason = "its names are the host's own: leave out --dns, --dns-search, --dns-option and --add-host";
  throw failure('network-exclusive', { sandbox, network: 'host', reason });
}
