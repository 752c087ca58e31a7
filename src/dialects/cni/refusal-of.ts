import { asFailure, type FairleadError } from '../../base/error.js';
import type { ErrorCode } from '../../base/error-table.js';
import type { Verb } from '../../cni/wire/environment.js';
import { type Refusal, refusalCodes } from '../../cni/wire/refusal.js';

/** Of plugins' own: what is neither the runtime's nor the configuration's doing. */
const OWN = 100;

// What the specification has a code for.
const CODES: Readonly<Partial<Record<ErrorCode, number>>> = {
  'cni-version': refusalCodes.version,
  'cni-verb-unknown': refusalCodes.version,
  'cni-unsupported': refusalCodes.field,
  'kernel-lacks': refusalCodes.field,
  'cni-environment': refusalCodes.environment,
  'cni-malformed': refusalCodes.decode,
  'cni-config': refusalCodes.config,
  'namespace-invalid': refusalCodes.environment,
  'namespace-lost': refusalCodes.container,
  'endpoint-absent': refusalCodes.container,
  'sandbox-absent': refusalCodes.container,
  'object-busy': refusalCodes.again,
  'state-locked': refusalCodes.again,
  'host-locked': refusalCodes.again,
  'state-full': refusalCodes.again,
  'addresses-exhausted': refusalCodes.again,
  'dhcp-silent': refusalCodes.again,
  'dhcp-unfit': refusalCodes.again,
  'kernel-closed': refusalCodes.again,
  'state-closed': refusalCodes.again,
  'cni-busy': refusalCodes.again,
  internal: refusalCodes.internal,
};

// What an administrator wrote, and a driver refuses.
const CONFIGURED: readonly ErrorCode[] = [
  ...(['driver-unknown', 'option-unknown', 'option-invalid', 'value-invalid', 'name-invalid', 'subnet-invalid', 'pool-overlap', 'pool-outside'] as const),
  ...(['pools-exhausted', 'family-none', 'address-outside', 'address-family', 'device-taken', 'device-claimed', 'bridge-mismatch', 'parent-absent'] as const),
  ...([
    'parent-unfit',
    'parent-claimed',
    'device-absent',
    'device-unfit',
    'network-predefined',
    'network-single',
    'network-exclusive',
    'store-absent',
    'config-only-joined',
    'segment-absent',
    'ipam-option-unknown',
  ] as const),
];

/** Whatever was thrown, as a plugin says it to that verb. A plugin that refused has the word itself. */
export function refusalOf(error: unknown, verb?: Verb): Refusal {
  const { code, message, mend, values } = failureOf(error);
  const said = code === 'cni-plugin-refused' ? Number(values['code']) : undefined;
  const own = codeOf(code);
  // STATUS has a word of its own for whoever cannot serve an ADD.
  return { code: said || (own === OWN && verb === 'STATUS' ? refusalCodes.unavailable : own), msg: message, details: `${mend} [${code}]` };
}

const codeOf = (code: ErrorCode): number => CODES[code] ?? (CONFIGURED.includes(code) ? refusalCodes.config : OWN);

// Of several that GC met the first decides on the code, and all are told.
function failureOf(error: unknown): Pick<FairleadError, 'code' | 'message' | 'mend' | 'values'> {
  if (!(error instanceof AggregateError)) return asFailure(error);
  const { code, mend, values } = asFailure(error.errors[0]);
  return { code, mend, values, message: error.message };
}
