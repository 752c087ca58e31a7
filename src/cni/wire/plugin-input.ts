import type { Facts } from '../../base/json.js';
import { type Capabilities, parseCapabilities } from './capabilities.js';
import { isCniInterface, isCniName, type Verb } from './environment.js';
import { Field } from './field.js';
import { parseResult } from './parse-result.js';
import type { CniResult } from './result.js';
import { cniVersions, type CniVersion, isCniVersion, UNNAMED_VERSION } from './versions.js';
import { failure } from '../../base/error.js';

/** An attachment that is to stay, as GC is told. */
export interface ValidAttachment {
  readonly containerId: string;
  readonly ifName: string;
}

/** What a plugin reads on its standard input. */
export interface PluginInput {
  readonly version: CniVersion;
  /** The network's name; none where a plugin is asked for its STATUS alone by programs that leave it out. */
  readonly name?: string;
  readonly type: string;
  /** The plugin that gives addresses, where there is one. */
  readonly ipam?: string;
  readonly capabilities: Capabilities;
  readonly previous?: CniResult;
  /** What GC is to leave. */
  readonly valid: readonly ValidAttachment[];
  /** All of it, the plugin's own words among it. */
  readonly config: Facts;
}

const DOCUMENT = 'the configuration on standard input';

/**
 * Reads a plugin's standard input. What DEL and GC have no use for is not looked at by them: what was made can be taken down, whatever somebody wrote
 * there. Throws `cni-malformed` and `cni-version`.
 */
export function parsePluginInput(text: string, verb: Verb = 'ADD'): PluginInput {
  const field = Field.parse(text, DOCUMENT);
  if (!field.at('plugins').missing && field.at('type').missing) throw field.wrong('is a whole network (a .conflist): a plugin is told one of its "plugins"');
  const version = readVersion(field);
  const name = field.at('name').optional((each) => (isCniName(each) ? each : undefined), 'a name of letters, digits, ".", "_" and "-"');
  const nothing = new Field(undefined, DOCUMENT);
  const takesDown = verb === 'DEL' || verb === 'GC';
  const ipam = takesDown ? ipamSaid(field) : field.at('ipam').at('type').optionalText();
  const [told, previous] = takesDown ? [nothing, nothing] : [field.at('runtimeConfig'), field.at('prevResult')];
  return {
    version,
    type: field.at('type').text(),
    capabilities: parseCapabilities(told, name),
    valid: (verb === 'GC' ? field.at('cni.dev/valid-attachments') : nothing).list().map(readValid),
    config: field.facts(),
    ...(name !== undefined && { name }),
    ...(ipam !== undefined && { ipam }),
    ...(!previous.missing && { previous: parseResult(previous, version) }),
  };
}

// No ADD was ever answered by a configuration in which it is no text: there is nobody to be told.
function ipamSaid(field: Field): string | undefined {
  try {
    return field.at('ipam').at('type').optionalText();
  } catch {
    return undefined;
  }
}

function readVersion(field: Field): CniVersion {
  const said = field.at('cniVersion').optionalText() ?? UNNAMED_VERSION;
  if (!isCniVersion(said)) throw failure('cni-version', { document: DOCUMENT, version: said, known: cniVersions.join(', ') });
  return said;
}

const readValid = (field: Field): ValidAttachment => ({
  containerId: field.at('containerID').required((text) => (isCniName(text) ? text : undefined), 'a container id'),
  ifName: field.at('ifname').required((text) => (isCniInterface(text) ? text : undefined), 'a name of an interface'),
});
