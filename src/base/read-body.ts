import { FairleadError, failure } from './error.js';

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** The text of a request's body. Throws `body-too-large`, without having read more than the limit, and `body-invalid` where it broke off. */
export async function readBody(request: Request): Promise<string> {
  // A client that goes away in the middle gets no answer, whatever it is; only it is no error of ours.
  try {
    return await readWhole(request);
  } catch (cause) {
    throw FairleadError.is(cause) ? cause : failure('body-invalid', { reason: 'the body broke off' }, { cause });
  }
}

async function readWhole(request: Request): Promise<string> {
  const length = request.headers.get('content-length');
  if (length === null) return readLimited(request.body);
  // The HTTP parser holds the body to this length.
  if (Number(length) > BODY_LIMIT) throw tooLarge();
  return request.text();
}

async function readLimited(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

const tooLarge = () => failure('body-too-large', { limit: BODY_LIMIT });
