import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type FairleadError, failure } from '../base/error.js';
import { encode } from './encode.js';
import { strange, valueOf } from './answer.js';
import type { Place } from './place.js';

/** What is sent to the daemon. `path` is encoded. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Ends the connection that it is on. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request and gives the answer's value, whose form the path decides. */
export type Call = <T>(request: Request) => Promise<T>;

// A daemon ends a connection that was idle for five seconds. Ended here first, none is taken for a request while it is on its way to be ended there.
const KEPT = { keepAlive: true, timeout: 4000 };

/** Requests to one daemon over connections that are kept alive; idle ones do not keep the process. */
export class Transport {
  readonly #place: Place;
  readonly #agent: Agent;
  readonly #request: typeof request;
  #answered = false;

  constructor(place: Place) {
    this.#place = place;
    const secure = 'tls' in place ? secureTransport() : undefined;
    this.#agent = secure && 'tls' in place ? new secure.Agent({ ...KEPT, ...place.tls }) : new Agent(KEPT);
    this.#request = secure?.request ?? request;
  }

  /** The daemon's place, for messages. */
  get name(): string {
    return this.#place.name;
  }

  /** The answer's value. Throws the daemon's errors, `daemon-absent`, `daemon-nowhere`, `daemon-denied`, `daemon-distrusted` and `daemon-answer`. */
  async call(ask: Request): Promise<unknown> {
    const response = await this.open(ask);
    return valueOf(this.name, { status: response.statusCode ?? 0, text: await this.read(response) });
  }

  /** The answer with its body yet to be read. */
  async open({ method, path, body, signal }: Request): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : encode(body);
    const headers = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    return new Promise((resolve, reject) => {
      const send = () => {
        const { name: _, ...where } = this.#place;
        const sent = this.#request({ ...where, method, path, headers, agent: this.#agent, ...(signal && { signal }) }, (response) => {
          this.#answered = true;
          resolve(response);
        });
        sent.on('error', (error) => (isStale(sent, method, error) ? send() : reject(this.error(error))));
        sent.end(payload);
      };
      send();
    });
  }

  /** The whole answer as text. */
  async read(response: IncomingMessage): Promise<string> {
    let text = '';
    response.setEncoding('utf8');
    try {
      for await (const part of response) text += part;
    } catch (error) {
      throw strange(this.name, 'the answer broke off', error);
    }
    return text;
  }

  /** An error of the connection, as the table has it. */
  error(error: NodeJS.ErrnoException): FairleadError {
    if (error.code === 'EACCES' || error.code === 'EPERM') return failure('daemon-denied', { socket: this.name }, { cause: error });
    if (error.code?.startsWith('HPE_')) return strange(this.name, 'no HTTP', error);
    const distrust = this.#distrust(error);
    if (distrust !== undefined) return failure('daemon-distrusted', { socket: this.name, reason: distrust }, { cause: error });
    if (error.syscall === 'getaddrinfo') return failure('daemon-nowhere', { socket: this.name, code: error.code ?? '' }, { cause: error });
    if (error.code === 'ECONNRESET' && 'host' in this.#place && !this.#answered)
      return failure('daemon-distrusted', { socket: this.name, reason: 'it hangs up, as it does where https is spoken' }, { cause: error });
    return failure('daemon-absent', { socket: this.name }, { cause: error });
  }

  // With TLS 1.3 a daemon that does not take a certificate hangs up once the client believes to be connected. One that has answered takes it.
  #distrust({ code = '', cert }: NodeJS.ErrnoException & { readonly cert?: { readonly subjectaltname?: string } }): string | undefined {
    if (!('tls' in this.#place)) return undefined;
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its certificate is for ${cert?.subjectaltname ?? 'no name'}`;
    if (code === 'ECONNRESET' || code === 'EPIPE')
      return this.#answered ? undefined : 'it hangs up, as it does on a certificate that its authority has not signed';
    return /CERT|SSL|TLS|VERIFY|ISSUER/.test(code) ? code : undefined;
  }

  /** Ends every connection. */
  close(): void {
    this.#agent.destroy();
  }
}

// TLS is not loaded for a unix socket: the command line starts often.
const secureTransport = () => process.getBuiltinModule('node:https');

// The daemon may end an idle connection while a request is on its way. Asking again is safe where nothing can have changed.
const isStale = (sent: ClientRequest, method: string, error: NodeJS.ErrnoException): boolean =>
  sent.reusedSocket && method === 'GET' && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
