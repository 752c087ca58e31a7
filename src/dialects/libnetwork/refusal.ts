import { asFailure, type FairleadError } from '../../base/error.js';
import type { Log } from '../../base/log.js';

/** What libnetwork answers where it is not what was asked for: a status and a line of text. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Nothing of this kind has the id that the path names. */
export const notFound = (kind: 'Network' | 'Endpoint' | 'Sandbox'): Refusal => new Refusal(404, `Resource not found: ${kind}`);

/** Removes what must not be in use; the refusal names the whole id, as libnetwork's does (error.go). */
export async function removeUnused(sentence: string, remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    throw IN_USE.includes(asFailure(error).code) ? new Refusal(403, sentence) : error;
  }
}

/** To whom endpoints are services: the refusal says so (api.go `endpointToService`). */
export async function inWordsOfServices<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const failed = asFailure(error);
    if (failed.code === 'internal') throw error;
    const { status, message } = inLibnetworksWords(failed);
    throw new Refusal(status, message.replaceAll('endpoint', 'service'));
  }
}

const IN_USE: readonly string[] = ['network-in-use', 'endpoint-active'];

/** Whatever was thrown, as the answer. What nobody expected is logged whole. */
export function answerOf(error: unknown, log: Log): Response {
  const { status, message } = error instanceof Refusal ? error : translated(error, log);
  return new Response(`${message}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' } });
}

function translated(error: unknown, log: Log): Refusal {
  const failed = asFailure(error);
  if (failed.code === 'internal') log.error('a request of libnetwork’s API failed unexpectedly', { error });
  return inLibnetworksWords(failed);
}

const inLibnetworksWords = (failed: FairleadError): Refusal =>
  new Refusal(STATUS[failed.status] ?? failed.status, WORDS[failed.code]?.(failed) ?? failed.message);

// libnetwork had no 409 and no 413 (api.go, `convertNetworkError`).
const STATUS: Readonly<Record<number, number>> = { 409: 403, 413: 400, 405: 404 };

// Sentences of libnetwork's that scripts look for (error.go).
const WORDS: Readonly<Partial<Record<string, (failed: FairleadError) => string>>> = {
  'name-taken': ({ values, message }) => (values['kind'] === 'sandbox' ? `container ${values['name']} is already present in a sandbox` : message),
  'endpoint-elsewhere': () => 'another container is attached to the same network endpoint',
  // So libnetwork called a node that is alone; a store is what such a network wants of it.
  'store-absent': ({ values, message }) => (values['driver'] === 'overlay' ? `Cannot create a multi-host network from a worker node: ${message}` : message),
  'endpoint-joined': () => 'another container is attached to the same network endpoint',
  'endpoint-not-joined': () => 'cannot leave endpoint with no attached sandbox',
};
