import { FairleadError, failure } from '../base/error.js';

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/**
 * The request's JSON, whatever its content type says; an empty body is an empty object. Throws `body-invalid` and
 * `body-too-large`, the latter without having read more than the limit.
 */
export async function readJson(request: Request): Promise<unknown> {
  const body = await readText(request);
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw failure('body-invalid', { reason: 'the body is not JSON' }, { cause });
  }
}

// A client that goes away in the middle gets no answer, whatever it is; only it is no error of ours.
async function readText(request: Request): Promise<string> {
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
