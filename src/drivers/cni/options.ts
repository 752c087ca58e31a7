import { isAbsolute } from 'node:path';
import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import { type Attachment, parseArgs } from '../../cni/wire/environment.js';
import type { Scene } from '../../model/driver.js';
import { commonEndpointOptions, IFNAME } from '../../model/endpoint-options.js';
import type { OptionSpec, OptionValues } from '../../model/options.js';

/** The file of a network of CNI's plugins. */
export const CONFLIST = 'cni.conflist';

const conflist: OptionSpec<string> = {
  fallback: '',
  fixed: true,
  help: 'the .conflist, or .conf, of a network of CNI plugins, which the daemon runs: /etc/cni/net.d/web.conflist',
  parse: (text) => (isAbsolute(text) && !text.includes('\0') ? { value: text } : { wanted: 'write the whole path of the file: /etc/cni/net.d/web.conflist' }),
};

/** The options of a network of CNI's plugins. */
export const networkOptions = { [CONFLIST]: conflist };

const args: OptionSpec<Attachment['args']> = {
  fallback: [],
  help: 'what plugins find in CNI_ARGS: KEY=VALUE;KEY=VALUE',
  parse: (text) => {
    try {
      return { value: parseArgs(text) };
    } catch {
      return { wanted: 'write KEY=VALUE, several with ";" between them' };
    }
  },
};

const capabilityArgs: OptionSpec<Facts> = {
  fallback: {},
  help: `what plugins are told beside ports, MAC address, aliases and name servers, as JSON: {"ips":["10.88.0.9/24"]}`,
  parse: (text) => {
    const value = objectOf(text);
    return value ? { value } : { wanted: 'write a JSON object: {"ips":["10.88.0.9/24"]}' };
  },
};

/** The options of an endpoint on one. */
export const endpointOptions = { [IFNAME]: commonEndpointOptions[IFNAME], 'cni.args': args, 'cni.capability-args': capabilityArgs };

export type CniNetwork = OptionValues<typeof networkOptions>;
export type CniEndpoint = OptionValues<typeof endpointOptions>;

/** Refuses a network without a file. Throws `option-invalid`. */
export function checkOptions({ options }: Scene<CniNetwork>): void {
  if (options[CONFLIST] !== '') return;
  throw failure('option-invalid', { option: CONFLIST, value: '', reason: 'no file', mend: `name one: -o ${CONFLIST}=/etc/cni/net.d/web.conflist` });
}

function objectOf(text: string): Facts | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : undefined;
  } catch {
    return undefined;
  }
}
