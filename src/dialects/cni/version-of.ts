import { Field } from '../../cni/wire/field.js';
import { cniVersions, type CniVersion, isCniVersion } from '../../cni/wire/versions.js';

const NEWEST: CniVersion = '1.1.0';

/** In which version refusals and versions are said: that of the configuration, where it can be read. */
export function versionOf(input: string): CniVersion {
  try {
    const said = Field.parse(input, '').at('cniVersion').optionalText();
    return said !== undefined && isCniVersion(said) ? said : NEWEST;
  } catch {
    return NEWEST;
  }
}

/** The answer to VERSION. */
export const printVersions = (input: string): string => JSON.stringify({ cniVersion: versionOf(input), supportedVersions: cniVersions });
