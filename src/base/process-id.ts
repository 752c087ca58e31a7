/** One process for good: a pid is given to another in time, so its start (field 22 of /proc/PID/stat, proc(5)) belongs to it. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks after boot, decimal. */
  readonly started: string;
}
