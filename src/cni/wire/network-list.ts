import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import { isCniName } from './environment.js';
import { Field } from './field.js';
import { cniVersions, type CniVersion, isCniVersion, UNNAMED_VERSION } from './versions.js';

/** One plugin of a network, as its administrator wrote it. */
export interface PluginConfig {
  readonly type: string;
  /** What it wants to be told of each container. */
  readonly capabilities: readonly string[];
  /** All of it. */
  readonly config: Facts;
}

/** A network: plugins, run one after the other. */
export interface NetworkList {
  readonly name: string;
  /** The versions in which it may be said, oldest first; one at least. */
  readonly versions: readonly CniVersion[];
  readonly disableCheck: boolean;
  readonly disableGC: boolean;
  /** Whether only the plugins of the file itself are meant, and none of a directory beside it that has the network's name. */
  readonly inlinedOnly: boolean;
  readonly plugins: readonly PluginConfig[];
  /** As it was written: the cache keeps it. */
  readonly text: string;
}

/** Reads a `.conflist`. `document` says whose it is. Throws `cni-malformed` and `cni-version`. */
export function parseNetworkList(text: string, document: string): NetworkList {
  const field = Field.parse(text, document);
  return {
    name: field.at('name').required(asName, NAME),
    versions: readVersions(field, document),
    disableCheck: yes(field.at('disableCheck')),
    disableGC: yes(field.at('disableGC')),
    inlinedOnly: field.at('loadOnlyInlinedPlugins').yes(),
    plugins: field.at('plugins').list().map(readPlugin),
    text,
  };
}

/** Reads a `.conf` of one plugin as the list of it alone, which is its text then: so the cache keeps it. Throws `cni-malformed` and `cni-version`. */
export function parseSinglePlugin(text: string, document: string): NetworkList {
  const field = Field.parse(text, document);
  const name = field.at('name').required(asName, NAME);
  const [plugin, cniVersion] = [readPlugin(field), field.at('cniVersion').optionalText() ?? UNNAMED_VERSION];
  const asList = JSON.stringify({ name, cniVersion, loadOnlyInlinedPlugins: true, plugins: [plugin.config] });
  return { name, versions: readVersions(field, document), disableCheck: false, disableGC: false, inlinedOnly: true, plugins: [plugin], text: asList };
}

/** Reads one plugin of a network's own directory. Throws `cni-malformed`. */
export const parsePluginConfig = (text: string, document: string): PluginConfig => readPlugin(Field.parse(text, document));

const NAME = 'a name of letters, digits, ".", "_" and "-"';
const asName = (text: string): string | undefined => (isCniName(text) ? text : undefined);

const readPlugin = (field: Field): PluginConfig => ({
  type: field.at('type').required((text) => (text.includes('/') ? undefined : text), 'a name of a plugin, without "/"'),
  capabilities: field
    .at('capabilities')
    .entries()
    .filter(([, wanted]) => wanted.yes())
    .map(([capability]) => capability),
  config: field.facts(),
});

function readVersions(field: Field, document: string): readonly CniVersion[] {
  const [one, several] = [field.at('cniVersion').optionalText(), field.at('cniVersions').texts()];
  const said = one === undefined && several.length === 0 ? [UNNAMED_VERSION] : [...(one === undefined ? [] : [one]), ...several];
  if (!said.some(isCniVersion)) throw failure('cni-version', { document, version: said.join(', '), known: cniVersions.join(', ') });
  return cniVersions.filter((version) => said.includes(version));
}

// Some write it as text.
const yes = (field: Field): boolean => {
  const value = field.json();
  return typeof value === 'string' ? value.toLowerCase() === 'true' : field.yes();
};
