import { randomBytes } from 'node:crypto';

/**
 * The keys of a cluster, by their numbers: the one before, the one by which hosts send, and the next. Nobody begins to send by a key before all had the
 * time of one rotation to receive by it, and nobody stops receiving by one that another may still send by.
 *
 *     number      … 6       7        8        9 …
 *     now            before  sends    next
 *     turned                 before   sends    next
 */
export interface Ring {
  /** The number of the key by which hosts send. */
  readonly epoch: number;
  /** 32 bytes each, as hexadecimal digits. */
  readonly keys: Readonly<Record<string, string>>;
}

const KEY = 32;
const newKey = (): string => randomBytes(KEY).toString('hex');

/** The first ring of a cluster. */
export const newRing = (): Ring => ({ epoch: 1, keys: { 1: newKey(), 2: newKey() } });

/** The ring, turned by one. */
export function turned({ epoch, keys }: Ring): Ring {
  const kept = [epoch, epoch + 1].flatMap((each) => (keys[each] === undefined ? [] : [[String(each), keys[each]] as const]));
  return { epoch: epoch + 1, keys: { ...Object.fromEntries(kept), [epoch + 2]: newKey() } };
}
