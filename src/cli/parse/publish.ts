import { failure } from '../../base/error.js';
import { suggest } from '../../base/suggest.js';
import type { PortAsk, PortRange } from '../../model/asks.js';

const FORM = 'write [HOSTIP:][HOSTPORT:]PORT[/PROTOCOL]: 80, 8080:80, 127.0.0.1:8080:80, [::1]:8080:80, 8000-8002:80-82/udp';
const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;

/** The line of `-p` in every help. */
export const PUBLISH = "publish a port: '8080:80', '127.0.0.1:8080:80/udp', '80' (a free one of the host); may repeat";

/**
 * Reads one `-p` in Docker's syntax: `[HOSTIP:][HOSTPORT[-END]:]PORT[-END][/PROTOCOL]`, an IPv6 address in brackets. A host port
 * that is left out, empty or 0 is any free one. Only the form is read here; the engine checks the numbers. Throws `value-invalid`.
 */
export function parsePublish(text: string): PortAsk {
  const slash = text.lastIndexOf('/');
  const words = slash < 0 ? text : text.slice(0, slash);
  const parts = partsOf(text, words);
  const [port = '', hostPort = '', hostIp = ''] = parts.toReversed();
  if (port === '') throw wrong(text, 'not complete: the port of the sandbox is missing');
  const free = hostPort === '' || hostPort === '0';
  return {
    ...(slash >= 0 && { protocol: readProtocol(text, text.slice(slash + 1)) }),
    ...(hostIp !== '' && { hostIp }),
    ...(!free && { hostPort: readRange(text, hostPort) }),
    port: readRange(text, port),
  };
}

function partsOf(text: string, words: string): readonly string[] {
  const [, address, port] = /^(\d+\.\d+\.\d+\.\d+|\[[^\]]+\]):([\d-]+)$/.exec(words) ?? [];
  if (address !== undefined)
    throw wrong(text, 'not complete: an address is there, and no port of the host', `write ${address}:${port}:${port}, or ${address}::${port} for a free one`);
  const [, bracketed, rest = ''] = /^\[([^\]]*)\]:([^:]*:[^:]*)$/.exec(words) ?? [];
  if (bracketed !== undefined && bracketed !== '') return [bracketed, ...rest.split(':')];
  const parts = words.split(':');
  if (parts.length <= 3 && !words.includes('[')) return parts;
  throw wrong(text, words.includes('[') ? 'not understood' : 'not clear: an IPv6 address has no brackets');
}

function readProtocol(text: string, word: string): NonNullable<PortAsk['protocol']> {
  const protocol = PROTOCOLS.find((each) => each === word.toLowerCase());
  if (protocol !== undefined) return protocol;
  throw wrong(text, `not understood: there is no protocol "${word}"${suggest(word, PROTOCOLS)}`, `protocols: ${PROTOCOLS.join(', ')}`);
}

function readRange(text: string, words: string): number | PortRange {
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(words) ?? [];
  if (first === undefined) throw wrong(text, `not understood: "${words}" is no port and no range of ports`);
  return last === undefined ? Number(first) : { first: Number(first), last: Number(last) };
}

const wrong = (text: string, reason: string, mend = FORM) => failure('value-invalid', { field: '-p', value: text, reason, mend });
