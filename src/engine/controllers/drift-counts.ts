import type { Key } from '../../resource/resource.js';

/** What keeping the kernel as the records say has come to since the start. */
export interface DriftCounts {
  /** Looks at what somebody touched, and at everything. */
  looks: number;
  everything: number;
  /** Looks that could not be made. */
  failed: number;
  /** What could not be mended and is tried again. */
  unmended: number;
}

/** The same, with what could not be mended and was said, each with what it hangs on. */
export interface DriftKnown extends DriftCounts {
  readonly stuck: Map<Key, readonly Key[]>;
}

export const noDrift = (): DriftKnown => ({ looks: 0, everything: 0, failed: 0, unmended: 0, stuck: new Map() });
