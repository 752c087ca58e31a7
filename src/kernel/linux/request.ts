import type { Writer } from './netlink/writer.js';

/** Writes one request. `flags` holds NLM_F_REQUEST and, where an acknowledgement is wanted, NLM_F_ACK; the verb adds its own. */
export type Request = (w: Writer, sequence: number, flags: number) => void;
