import { fork } from 'node:child_process';

/** Another process with this script, which is asked: each answer carries the number of its question. */
export function askable(script) {
  // Many hosts in one process make much that is soon forgotten.
  const child = fork(script, [], { execArgv: [...process.execArgv, '--max-semi-space-size=64'] });
  const waiting = new Map();
  let next = 0;
  child.on('message', ([id, { value, error }]) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${script} ended with ${code}`));
  });
  return {
    ask: (what, about) =>
      new Promise((resolve, reject) => {
        waiting.set(next, { resolve, reject });
        child.send([next++, what, about]);
      }),
    end: () => child.disconnect(),
  };
}
