import { failure } from '../../base/error.js';
import { suggest } from '../../base/suggest.js';
import type { AttachAsk } from '../../model/asks.js';
import { KIND } from '../../model/endpoint-kind.js';
import { parseLink } from './link.js';
import { parseRate, parseSize } from './rate.js';

const KEYS = ['ip', 'ip6', 'mac', 'alias', 'link', 'link-local-ip', 'gw-priority', 'ifname', 'kind', 'rate-in', 'rate-out', 'burst', 'driver-opt'] as const;
const REPEATABLE: ReadonlySet<string> = new Set(['ip', 'ip6', 'alias', 'link', 'link-local-ip', 'driver-opt']);
type Key = (typeof KEYS)[number];

// Docker's and podman's other names for the same.
const SYNONYMS: ReadonlyMap<string, Key> = new Map([
  ['mac-address', 'mac'],
  ['interface_name', 'ifname'],
]);

type Gathered = { -readonly [Name in keyof AttachAsk]: AttachAsk[Name] };

/**
 * Reads one `--network`: `web`, `web,ip=10.0.0.9,alias=db`, Docker's `name=web,ip=…` or podman's `web:ip=…`. A part with commas of
 * its own stands in quotation marks. Values are checked by the engine, here only the form. Throws `value-invalid`.
 */
export function parseAttach(text: string): AttachAsk {
  const mark = /[,:=]/.exec(text);
  if (!mark) return named(text, text);
  if (mark[0] === '=') return withKeys(text, fields(text), undefined);
  return withKeys(text, fields(text.slice(mark.index + 1)), named(text, text.slice(0, mark.index)).network);
}

// As Docker reads it (RFC 4180 §2): what stands in quotation marks is one field, commas included, and two of them are one.
function fields(text: string): readonly string[] {
  const found: string[] = [];
  const field = /"((?:[^"]|"")*)"(?=,|$)|[^,]*/y;
  for (let at = 0; at <= text.length; at = field.lastIndex + 1) {
    field.lastIndex = at;
    const [whole = '', quoted] = field.exec(text) ?? [];
    found.push(quoted === undefined ? whole : quoted.replaceAll('""', '"'));
  }
  return found;
}

function withKeys(text: string, parts: readonly string[], network: string | undefined): AttachAsk {
  const asked: Gathered = { network: network ?? '' };
  const given = new Set<string>();
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 0) throw wrong(text, `not understood at "${part}"`, 'write every part as KEY=VALUE: web,ip=10.0.0.9,alias=db');
    const [word, value] = [part.slice(0, at), part.slice(at + 1)];
    const key = word === 'name' && network === undefined ? 'name' : keyOf(text, word);
    if (given.has(key) && !REPEATABLE.has(key))
      throw wrong(text, `not clear: ${word} is there twice`, `give each key once; ${[...REPEATABLE].join(', ')} may repeat`);
    if (value === '') throw wrong(text, `not complete: ${word} has no value`, `write ${word}=VALUE, or leave it out`);
    given.add(key);
    take(asked, key, value, text);
  }
  return named(text, asked.network, asked);
}

function keyOf(text: string, word: string): Key {
  const key = SYNONYMS.get(word) ?? KEYS.find((known) => known === word);
  if (key !== undefined) return key;
  if (word === 'name') throw wrong(text, 'not clear: the network is named twice', 'write web,ip=… or name=web,ip=…');
  throw wrong(text, `not understood: there is no key "${word}"${suggest(word, KEYS)}`, `keys: ${KEYS.join(', ')}`);
}

function take(asked: Gathered, key: Key | 'name', value: string, text: string): void {
  switch (key) {
    case 'name':
      asked.network = value;
      return;
    case 'ip':
    case 'ip6':
      asked[key] = asked[key] === undefined ? value : [asked[key], value].flat();
      return;
    case 'link-local-ip':
      asked.linkLocalIps = [...(asked.linkLocalIps ?? []), value];
      return;
    case 'alias':
      asked.aliases = [...(asked.aliases ?? []), value];
      return;
    case 'link':
      asked.links = { ...asked.links, ...parseLink(value) };
      return;
    case 'gw-priority':
      if (!/^[+-]?\d{1,10}$/.test(value)) throw wrong(text, `not understood: gw-priority=${value} is no whole number`, 'higher wins; 0 when left out');
      asked.gatewayPriority = Number(value);
      return;
    case 'ifname':
      asked.interfaceName = value;
      return;
    case 'kind':
      asked.options = { ...asked.options, [KIND]: value };
      return;
    case 'rate-in':
    case 'rate-out':
      asked.rates = { ...asked.rates, [key === 'rate-in' ? 'in' : 'out']: parseRate(key, value) };
      return;
    case 'burst':
      asked.rates = { ...asked.rates, burst: parseSize(key, value) };
      return;
    case 'driver-opt':
      asked.options = { ...asked.options, ...option(value, text) };
      return;
    default:
      asked[key] = value;
  }
}

function option(value: string, text: string): { readonly [name: string]: string } {
  const at = value.indexOf('=');
  if (at < 1) throw wrong(text, `not understood at "driver-opt=${value}"`, 'write driver-opt=NAME=VALUE');
  return { [value.slice(0, at)]: value.slice(at + 1) };
}

function named(text: string, network: string, asked: AttachAsk = { network }): AttachAsk {
  if (network === '') throw wrong(text, 'no network: its name is missing', 'write web, web,ip=10.0.0.9 or name=web,ip=10.0.0.9');
  return asked;
}

const wrong = (text: string, reason: string, mend: string) => failure('value-invalid', { field: '--network', value: text, reason, mend });
