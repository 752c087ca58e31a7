import { FairleadError } from '../../../base/error.js';
import { Queues } from '../../../base/queues.js';
import { rest } from '../../../base/rest.js';
import type { Endpoint } from '../../../model/records.js';
import { type Docker, findEndpoint } from '../docker.js';
import { DockerEngine } from './docker-engine.js';
import type { Attached } from './docker-words.js';

/** Milliseconds until a Docker that is away is looked for again. */
const RETRY = 1000;

/**
 * Has containers found by the names that their Docker gives them.
 *
 *     Docker is there ──► listened to ──► all that run are asked for ──► each that is told of ──┐
 *          ▲                                                                                   │ it ended
 *          └──────────────────────────────── a second ◄────────────────────────────────────────┘
 */
export class ContainerNames implements AsyncDisposable {
  readonly #docker: Docker;
  readonly #engine: DockerEngine;
  readonly #closing = new AbortController();
  readonly #queues = new Queues();
  readonly #running: Promise<void>;

  /** Begins at once. */
  constructor(docker: Docker, socket: string) {
    this.#docker = docker;
    this.#engine = new DockerEngine(socket, this.#closing.signal);
    this.#running = this.#run(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(socket: string): Promise<void> {
    const { log } = this.#docker;
    let away = false;
    while (!this.#closing.signal.aborted) {
      try {
        const changes = await this.#engine.changes();
        log.info('names of containers are taken from Docker', { socket });
        away = false;
        for (const id of await this.#engine.containers()) void this.#follow(id);
        for await (const id of changes) void this.#follow(id);
      } catch (error) {
        if (!away && !this.#closing.signal.aborted) log.warn('Docker tells no names of containers', { socket, error: String(error) });
        away = true;
      }
      await rest(RETRY, this.#closing.signal);
    }
  }

  // Docker answers about a container that begins only when it has begun: others do not wait for that.
  async #follow(id: string): Promise<void> {
    try {
      await this.#queues.run({ exclusive: [id] }, async () => {
        const container = await this.#engine.container(id);
        for (const each of container?.attached ?? []) await this.#call(each, container?.name ?? '');
      });
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#docker.log.warn('a container is not found by its name', { container: id, error: String(error) });
    }
  }

  async #call({ endpoint: id, aliases }: Attached, name: string): Promise<void> {
    const endpoint = await findEndpoint(this.#docker, id);
    const wanted = [...new Set([name, ...aliases])];
    if (!endpoint || endpoint.aliases.join('\0') === wanted.join('\0')) return;
    await this.#rename(endpoint, wanted).catch((error: unknown) => {
      // Docker takes any text for an alias.
      if (FairleadError.is(error) && error.code === 'value-invalid') return this.#rename(endpoint, [name]);
      throw error;
    });
  }

  async #rename({ id }: Endpoint, aliases: readonly string[]): Promise<void> {
    await this.#docker.fairlead.endpoints.update(id, { aliases });
  }
}
