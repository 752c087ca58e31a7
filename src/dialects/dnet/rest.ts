import { request } from 'node:http';
import { DnetFailure } from './failure.js';
import type { DnetPlace } from './place.js';

/** Asks the daemon. Throws a failure in the original's words: `error : …` for a refusal, `error when trying to connect: …`. */
export class Rest {
  readonly #place: DnetPlace;

  constructor(place: DnetPlace) {
    this.#place = place;
  }

  /** What is answered as JSON; nothing where the answer is empty. */
  async call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const { status, text } = await this.#send(method, path, body === undefined ? undefined : JSON.stringify(body));
    if (status < 200 || status >= 400) throw new DnetFailure(`error : ${text.trim()}`);
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw new DnetFailure(`error : the daemon at ${this.#place.host}:${this.#place.port} does not speak JSON`);
    }
  }

  #send(method: string, path: string, body: string | undefined): Promise<{ readonly status: number; readonly text: string }> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(new DnetFailure(`error when trying to connect: ${error.message}`));
      const sent = request({ ...this.#place, method, path, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece) => (text += piece));
        answer.once('error', failed);
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      sent.once('error', failed);
      sent.end(body);
    });
  }
}
