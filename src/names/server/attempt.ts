import { openConnectedSocket } from '../../kernel/linux/io/connected-socket.js';
import type { Watched } from '../../kernel/linux/io/epoll.js';
import type { Transport } from '../wire/reply.js';
import type { Response } from '../wire/response.js';
import type { Route, Server } from './route.js';
import type { Service } from './service.js';
import type { Waiting } from './waits.js';

/** One question with one upstream. It ends once, whatever happens, and its descriptor with it. */
export interface Attempt extends Watched, Waiting {
  /** Ends it; nobody is told. */
  abandon(): void;
}

/** Whose question it is, and who is told how it ends. */
export interface Asking {
  /** The query, with an id that was drawn for this attempt. */
  readonly query: Uint8Array;
  /** The first octets of these, read as the answer to the query; `undefined` when they are none. */
  read(bytes: Uint8Array, length: number): Response | undefined;
  /** The response holds during the call alone. */
  answered(response: Response): void;
  /** `silent`: nothing came from there, not even a refusal. */
  failed(silent: boolean): void;
}

/** A socket that speaks to this upstream, from the stack that it is to be asked from. Throws `namespace-invalid` and `SystemError`. */
export function openTowards({ home }: Service, { path }: Route, { upstream }: Server, type: Transport): number {
  const { server: address, port, zone: link, from } = upstream;
  const open = () => openConnectedSocket({ type, address, port, link });
  return from === 'host' ? open() : home.inside(path, open);
}
