import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { type Container, readContainer, readContainers, readEvent } from './docker-words.js';

/** The largest answer that is read, in bytes. */
const MOST = 16 * 1024 * 1024;
const EVENTS = JSON.stringify({ type: ['network', 'container'], event: ['connect', 'rename'] });

/** A Docker, by its Engine API at a unix socket. Everything rejects with what Node says where it is away. */
export class DockerEngine {
  readonly #socket: string;
  readonly #signal: AbortSignal;

  /** What is asked ends with the signal. */
  constructor(socket: string, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
  }

  /** The ids of containers that run. */
  async containers(): Promise<readonly string[]> {
    return readContainers(await whole(await this.#get('/containers/json')));
  }

  /** A container; nothing where it is gone. */
  async container(id: string): Promise<Container | undefined> {
    const answer = await this.#get(`/containers/${id}/json`);
    const body = await whole(answer);
    return answer.statusCode === 200 ? readContainer(body) : undefined;
  }

  /** Listens from when this resolves: the ids of containers that were connected or renamed, until Docker ends. */
  async changes(): Promise<AsyncIterable<string>> {
    return changesIn(await this.#get(`/events?filters=${encodeURIComponent(EVENTS)}`));
  }

  async #get(path: string): Promise<IncomingMessage> {
    const sent = request({ socketPath: this.#socket, path, headers: { host: 'docker' }, signal: this.#signal, agent: false });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    // What ends while nobody reads is found by whoever reads.
    sent.on('error', () => {});
    return answer;
  }
}

async function* changesIn(answer: IncomingMessage): AsyncGenerator<string, void> {
  for await (const line of createInterface({ input: answer })) {
    const id = readEvent(line);
    if (id !== undefined) yield id;
  }
}

async function whole(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST) throw new Error(`more than ${MOST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
