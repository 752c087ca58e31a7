import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Processes of somebody else: they do nothing, and end with their input, which is with this process. */
export function strangers(): { startProcess(): Promise<number>; endProcess(pid: number): Promise<void> } {
  const children = new Map<number, ChildProcess>();
  return {
    async startProcess() {
      const child = spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
      await once(child, 'spawn');
      const { pid = 0 } = child;
      children.set(pid, child);
      return pid;
    },
    async endProcess(pid) {
      const child = children.get(pid);
      if (!child) throw new Error(`process ${pid} was not started here`);
      children.delete(pid);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
