import { asFailure, type FairleadError } from '../../base/error.js';
import type { Log } from '../../base/log.js';

/** What the Engine answers where it does not do what was asked: a status and a message. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Whatever was thrown, as the answer. What nobody expected is logged whole. */
export function answerOf(error: unknown, log: Log): Response {
  const { status, message } = error instanceof Refusal ? error : translated(error, log);
  return Response.json({ message }, { status });
}

function translated(error: unknown, log: Log): Refusal {
  const failed = asFailure(error);
  if (failed.code === 'internal') log.error('a request of the Engine’s API failed unexpectedly', { error });
  const { status = failed.status, text } = WORDS[failed.code] ?? {};
  return new Refusal(status, text?.(failed.values, failed.message) ?? failed.message);
}

interface Words {
  readonly status?: number;
  readonly text?: (values: FairleadError['values'], message: string) => string;
}

// Sentences and statuses of the Engine's that clients look for.
const WORDS: Readonly<Partial<Record<string, Words>>> = {
  'sandbox-connected': { text: ({ sandbox, network }) => `endpoint with name ${sandbox} already exists in network ${network}` },
  'sandbox-not-connected': { status: 403, text: ({ sandbox, network }) => `container ${sandbox} is not connected to network ${network}` },
  'network-predefined': {
    text: ({ name, what }) =>
      what === 'removed' ? `${name} is a pre-defined network and cannot be removed` : `operation is not permitted on predefined ${name} network`,
  },
  'subnet-invalid': {
    text: ({ subnet, meant }, message) => (meant === undefined ? message : `invalid subnet ${subnet}: it should be ${meant}`),
  },
  'pool-overlap': { text: (_, message) => `invalid pool request: Pool overlaps with other one on this address space: ${message}` },
  'address-outside': { text: ({ address }, message) => `no configured subnet contains IP address ${address}: ${message}` },
  'address-taken': { text: (_, message) => `Address already in use: ${message}` },
  'driver-unknown': { text: ({ driver }) => `plugin "${driver}" not found` },
};
