import { failure } from '../base/error.js';
import { readBody } from '../base/read-body.js';

/** The request's JSON, whatever its content type says; an empty body is an empty object. Throws `body-invalid` and `body-too-large`. */
export async function readJson(request: Request): Promise<unknown> {
  const body = await readBody(request);
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw failure('body-invalid', { reason: 'the body is not JSON' }, { cause });
  }
}
