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

export const noDrift = (): DriftCounts => ({ looks: 0, everything: 0, failed: 0, unmended: 0 });
