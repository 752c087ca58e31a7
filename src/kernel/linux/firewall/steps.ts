/** How many rules may still be gone through, for one packet or for many together. */
export class Steps {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  get areSpent(): boolean {
    return this.#left <= 0;
  }

  /** False where there is none left to take. */
  take(): boolean {
    return this.#left-- > 0;
  }
}
