/** Deletions behind the reply: they end in one batch after the caller's turn, or at once when somebody needs them ended. */
export class Drain {
  #batch: { readonly ended: Promise<void>; readonly end: () => void } | undefined;

  /** Settles when the batch that is being gathered has ended. */
  later(): Promise<void> {
    this.#batch ??= this.#gather();
    return this.#batch.ended;
  }

  /** Ends what is pending. */
  async now(): Promise<void> {
    const batch = this.#batch;
    this.#batch = undefined;
    batch?.end();
    await batch?.ended;
  }

  #gather() {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    setImmediate(() => void this.now());
    return { ended, end };
  }
}
