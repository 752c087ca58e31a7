import { FairleadError, failure } from '../base/error.js';
import { familyOf } from '../ip/ip.js';
import { withdrawal } from '../model/ports.js';
import type { PublishedPort } from '../model/records.js';
import type { PortWish } from './parse/ports.js';

/** With which flag the user asked for ports, and asks for others. */
export type PortFlag = '-p' | '--publish-add';

/** The way out for a port that somebody has: the same address and protocol with `other`, a port that is not known to be taken, or with any free one. It is looked for only where it is told. */
export function anotherPort(flag: PortFlag, { ips, byDefault, protocol, target, ofRange }: PortWish, other: () => number | undefined): string {
  if (ofRange) return 'choose another range';
  const write = (port: number | '') => {
    const [ip] = ips.length === 1 && !byDefault ? ips : [];
    const host = ip === undefined ? (port === '' ? [] : [port]) : [familyOf(ip) === 6 ? `[${ip}]` : ip, port];
    return `${flag} ${[...host, target].join(':')}${protocol === 'tcp' ? '' : `/${protocol}`}`;
  };
  const instead = other();
  return [...(instead === undefined ? [] : [`${write(instead)} uses another`]), `${write('')} takes a free one`].join(', ');
}

/** The kernel's refusal of a port that a sandbox has already: it waited until now, and another program has it meanwhile. */
export function withdrawing(error: unknown, sandbox: string, ports: readonly PublishedPort[]): unknown {
  const port = ports.find((each) => isRefused(error, each));
  if (!port) return error;
  return refusal(error, withdrawal(port, sandbox));
}

/** Whether this error is the kernel's refusal of that port. */
export const isRefused = (error: unknown, { protocol, port, ip }: Pick<PublishedPort, 'protocol' | 'port' | 'ip'>): error is FairleadError =>
  FairleadError.is(error) &&
  error.code === 'port-taken' &&
  error.values['protocol'] === protocol &&
  error.values['port'] === port &&
  error.values['address'] === ip;

/** The same refusal with this way out. */
export function refusal(error: unknown, mend: string): unknown {
  if (!FairleadError.is(error)) return error;
  const { protocol = '', port = 0, address = '', holder = '' } = error.values;
  return failure('port-taken', { protocol, port, address, holder, mend }, { cause: error });
}
