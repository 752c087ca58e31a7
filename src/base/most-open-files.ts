import { readFileSync } from 'node:fs';

/**
 * How many files this process may have open (RLIMIT_NOFILE, proc_pid_limits(5)); Node has raised the limit as far as it may be. `undefined` where that cannot be
 * read, as no descriptor is left for it.
 */
export function mostOpenFiles(): number | undefined {
  try {
    return limitIn(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return undefined;
  }
}

/** The limit that is in force, from the text of proc_pid_limits(5). */
export function limitIn(limits: string): number | undefined {
  const [, soft] = /^Max open files +(\d+|unlimited) /m.exec(limits) ?? [];
  return soft === undefined ? undefined : soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}
