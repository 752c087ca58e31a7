/** Who waits for the answer to a question that was forwarded. It may be gone when the answer comes. */
export interface Client {
  /** Its query: a copy. */
  readonly query: Uint8Array;
  /** Hands the answer over; the bytes hold during the call alone. */
  reply(response: Uint8Array): void;
}
