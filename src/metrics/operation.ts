/** An operation of the facade that has ended. */
export interface Operation {
  readonly object: 'network' | 'sandbox' | 'endpoint';
  readonly operation: 'create' | 'update' | 'remove' | 'join' | 'leave';
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly seconds: number;
}
