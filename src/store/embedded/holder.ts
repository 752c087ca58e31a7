import { readFileSync } from 'node:fs';

/** A process, told apart from a later one with the same pid. `started` is field 22 of /proc/PID/stat: clock ticks since the boot. */
export interface Holder {
  readonly pid: number;
  readonly started: string;
  /** The first 48 bits of /proc/sys/kernel/random/boot_id: pids and ticks begin anew with each boot. */
  readonly boot: string;
}

/** This process. */
export const thisProcess = (): Holder => ({ pid: process.pid, started: startOf(process.pid) ?? '', boot: bootId() });

/** Whether that process still runs. One that is only a zombie holds nothing open any more. */
export const isAlive = ({ pid, started, boot }: Holder): boolean => boot === bootId() && startOf(pid) === started;

/** It in fewer than 60 characters, with something that no other of its texts has. */
export const holderText = ({ pid, started, boot }: Holder, nonce: string): string => [pid, started, boot, nonce].join(' ');

/** The holder in this text, or nothing. Never throws. */
export function parseHolder(text: string): Holder | undefined {
  const [, pid, started, boot] = /^(\d{1,10}) (\d{1,20}) ([\da-f-]{13}) [\da-f]+$/.exec(text) ?? [];
  return pid === undefined || started === undefined || boot === undefined ? undefined : { pid: Number(pid), started, boot };
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 13);

// Field 2 is the command in parentheses and may itself hold spaces and parentheses: count from the last one (proc_pid_stat(5)).
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
