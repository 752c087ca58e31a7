import { libc, sendInPool } from './libc.js';

/** Sends for the kernel's thread what the kernel takes long to answer, by threads of libuv's pool; that thread hears the answers. The sockets are this one's to close. */
export class PoolSender {
  readonly #sockets = new Set<number>();
  #underWay = 0;
  #closed = false;

  /** Sends these bytes. Rejects with a `SystemError`; then no answer will come. */
  async send(socket: number, bytes: Uint8Array): Promise<void> {
    this.#sockets.add(socket);
    this.#underWay++;
    try {
      await sendInPool(socket, bytes);
    } finally {
      this.#underWay--;
      this.#closeUnused();
    }
  }

  /** Closes the sockets, as soon as nothing is sent by them any more: the number would be another file's. */
  close(): void {
    this.#closed = true;
    this.#closeUnused();
  }

  #closeUnused(): void {
    if (!this.#closed || this.#underWay > 0) return;
    for (const socket of this.#sockets) libc.close(socket);
    this.#sockets.clear();
  }
}
