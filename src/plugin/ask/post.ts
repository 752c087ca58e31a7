import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { ACCEPTED } from '../wire/body.js';
import type { PluginAddress } from './address.js';

/** What came back. */
export interface Posted {
  readonly status: number;
  readonly text: string;
}

/** The largest answer that is read, in bytes. */
const MOST = 1024 * 1024;

/** Sends a body and reads the answer, each time by a connection of its own: a plugin may be another one by the next call. Rejects with what Node says. */
export function post(address: PluginAddress, path: string, body: string, signal: AbortSignal): Promise<Posted> {
  return new Promise((resolve, reject) => {
    // As Docker sends them at a socket: a host that no plugin looks at.
    const headers = { host: 'plugin.moby.localhost', accept: ACCEPTED, 'content-length': Buffer.byteLength(body) };
    const options = { method: 'POST', path, headers, signal, agent: false as const };
    const answered = (answer: IncomingMessage) => void read(answer).then(resolve, reject);
    const sent = send(address, options, answered);
    sent.on('error', reject);
    sent.end(body);
  });
}

type Options = {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | number>;
  readonly signal: AbortSignal;
  readonly agent: false;
};

function send(address: PluginAddress, options: Options, answered: (answer: IncomingMessage) => void) {
  if ('socket' in address) return plain({ ...options, socketPath: address.socket }, answered);
  const { host, port, tls } = address;
  const headers = { ...options.headers, host: `${host.includes(':') ? `[${host}]` : host}:${port}` };
  if (!tls) return plain({ ...options, host, port, headers }, answered);
  const { trusting, ...own } = tls;
  return secure({ ...options, host, port, headers, ...own, rejectUnauthorized: !trusting }, answered);
}

async function read(answer: IncomingMessage): Promise<Posted> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST) throw new TooLong();
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

/** More came back than is read. */
export class TooLong extends Error {
  override readonly message = `more than ${MOST} bytes`;
}
