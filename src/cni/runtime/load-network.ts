import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { type FairleadError, failure } from '../../base/error.js';
import { type NetworkList, parseNetworkList, parsePluginConfig, parseSinglePlugin } from '../wire/network-list.js';

const FORMS: Readonly<Record<string, typeof parseNetworkList>> = { '.conflist': parseNetworkList, '.conf': parseSinglePlugin, '.json': parseSinglePlugin };

/**
 * The network of this name in a directory: of the lists, then of the files of one plugin, the first in the order of names that has it. Files of other networks that are wrong are passed
 * over, and named where none has the name. Throws `cni-network-absent`, and the error of a file that seems to be this network's.
 */
export function loadNetwork(name: string, directory: string): NetworkList {
  const known: string[] = [];
  const wrong: { readonly file: string; readonly error: unknown }[] = [];
  for (const file of filesOf(directory)) {
    try {
      const list = readNetwork(join(directory, file));
      if (list.name === name) return withOwnDirectory(list, directory);
      known.push(list.name);
    } catch (error) {
      wrong.push({ file, error });
    }
  }
  const meant = wrong.find(({ file }) => isNamed(join(directory, file), name));
  if (meant) throw meant.error;
  throw failure('cni-network-absent', { network: name, directory, known: [known.join(', ') || 'none', ...wrong.map(inVain)].join('; ') });
}

// A file whose name says so, or whose text does, whatever else is wrong with it.
function isNamed(file: string, name: string): boolean {
  const stem = basename(file, extname(file)).replace(/^\d+-/, '');
  return stem === name || new RegExp(`"name"\\s*:\\s*"${name.replaceAll('.', '\\.')}"`).test(textIfAny(file));
}

function textIfAny(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const inVain = ({ error }: { readonly error: unknown }): string => `and what is wrong: ${error instanceof Error ? error.message : String(error)}`;

/** A network's file. Throws `cni-file-unreadable`, `cni-malformed` and `cni-version`. */
export function readNetwork(file: string): NetworkList {
  const parse = FORMS[extname(file)] ?? parseNetworkList;
  return parse(textOf(file), file);
}

/** A network with the plugins of `DIRECTORY/NAME/*.conf` behind its own, unless it says that only its own are meant. Throws what reading one throws. */
export function withOwnDirectory(list: NetworkList, directory: string): NetworkList {
  if (list.inlinedOnly) return list;
  const own = join(directory, list.name);
  const more = namesIn(own).filter((file) => extname(file) === '.conf');
  return more.length === 0 ? list : { ...list, plugins: [...list.plugins, ...more.map((file) => parsePluginConfig(textOf(join(own, file)), join(own, file)))] };
}

function filesOf(directory: string): readonly string[] {
  const files = namesIn(directory).filter((file) => extname(file) in FORMS);
  const isList = (file: string) => extname(file) === '.conflist';
  return [...files.filter(isList), ...files.filter((file) => !isList(file))];
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw unreadable(directory, error);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, cause: unknown): FairleadError =>
  failure('cni-file-unreadable', { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
