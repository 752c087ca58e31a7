import { Client, type ClientDuplexStream, Metadata, type MethodDefinition, type requestCallback } from '@grpc/grpc-js';
import type { Trust } from '../../base/read-tls.js';
import { secured } from './secured.js';

// Half of what etcd suffers (--grpc-keepalive-min-time, 5 s), so that a watch on a dead host is noticed.
const PING = 10_000;
const PONG = 3_000;
// A page of keys, or what was missed by a watch: a bound for memory. Commits are at most 1.5 MiB unless etcd is told otherwise.
const LARGEST_ANSWER = 64 << 20;

/** There was no answer in time; nothing says that there will be none. */
export class LateError extends Error {}

/** A connection to one member of etcd. */
export class Link {
  readonly #client: Client;
  readonly #gone = new AbortController();
  #heard = Number.NEGATIVE_INFINITY;
  #metadata = metadataOf();

  /** Connects when it is used first. */
  constructor(
    readonly endpoint: string,
    trust: Trust | undefined,
  ) {
    const { by, options } = secured(endpoint, trust);
    this.#client = new Client(endpoint, by, {
      ...options,
      'grpc.keepalive_time_ms': PING,
      'grpc.keepalive_timeout_ms': PONG,
      'grpc.max_receive_message_length': LARGEST_ANSWER,
      'grpc.max_send_message_length': -1,
      // Who tries again, when and where is decided by Members. Neither a proxy of the environment nor records of DNS have a say.
      'grpc.enable_retries': 0,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
      'grpc.service_config_disable_resolution': 1,
    });
  }

  /** Aborts when the link is given up. Calls that run go on to their ends. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** From here on calls carry the token of a login. */
  authorize(token: string): void {
    this.#metadata = metadataOf(token);
  }

  /** One question, one answer. Throws gRPC's error, or one of ours when there was none in time. */
  async call<Asked, Answer>(method: MethodDefinition<Asked, Answer>, asked: Asked, milliseconds: number): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = method;
    const { promise, settle } = settling<Answer>();
    const call = this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, asked, this.#metadata, settle);
    const answer = await within(milliseconds, call, promise);
    this.#heard = performance.now();
    return answer;
  }

  /** Whether this member has answered anything in the last so many milliseconds: then it is slow, and not away. */
  heardWithin(milliseconds: number): boolean {
    return performance.now() - this.#heard <= milliseconds;
  }

  /** One question to a call that takes a stream of them, and its first answer. */
  async first<Asked, Answer>(method: MethodDefinition<Asked, Answer>, asked: Asked, milliseconds: number): Promise<Answer> {
    const stream = this.stream(method, asked);
    stream.end();
    return within(milliseconds, stream, firstOf(stream));
  }

  /** A stream that begins with this question. It ends with an error when the member knows no leader. */
  stream<Asked, Answer>(method: MethodDefinition<Asked, Answer>, asked: Asked): ClientDuplexStream<Asked, Answer> {
    const { path, requestSerialize, responseDeserialize } = method;
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, this.#metadata);
    // Whoever has stopped reading is not told of its end.
    stream.on('error', () => undefined);
    stream.write(asked);
    return stream;
  }

  close(): void {
    this.#gone.abort();
    this.#client.close();
  }
}

// By a timer of our own: the deadlines of gRPC follow the clock of the wall, and that one is set by people.
async function within<Answer>(milliseconds: number, call: { cancel(): void }, answer: Promise<Answer>): Promise<Answer> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    call.cancel();
  }, milliseconds);
  try {
    return await answer;
  } catch (error) {
    throw late ? new LateError(`no answer within ${milliseconds / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}

function settling<Answer>() {
  let settle: requestCallback<Answer> = () => undefined;
  const promise = new Promise<Answer>((resolve, reject) => {
    settle = (error, answer) => (error ? reject(error) : resolve(answer as Answer));
  });
  return { promise, settle };
}

async function firstOf<Answer>(stream: AsyncIterable<Answer>): Promise<Answer> {
  for await (const answer of stream) return answer;
  throw new Error('the stream ended without an answer');
}

function metadataOf(token?: string): Metadata {
  const metadata = new Metadata();
  metadata.set('hasleader', 'true');
  if (token !== undefined) metadata.set('token', token);
  return metadata;
}
