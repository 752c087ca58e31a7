import type { Operation } from '../../../resource/resource.js';

/** What one acknowledgement or error with this sequence number is about. */
export interface Answer {
  readonly sequence: number;
  /** The operation; where several elements went in one message, the first of them. */
  readonly operation: Operation;
  /** The operation that an error's offset (`detailOf`) points to; `operation` where that does not say. */
  operationAt(offset: number | undefined): Operation;
}
