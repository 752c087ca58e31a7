import type { Log } from '../base/log.js';

/** A log that keeps what it is told until it is released, and passes on from then. */
export interface HeldLog extends Log {
  release(): void;
}

/** What is told of a start that fails would be taken for what is there. */
export function heldLog(log: Log): HeldLog {
  let kept: (() => void)[] | undefined = [];
  const tell =
    (level: keyof Log): Log[keyof Log] =>
    (what, values) => {
      const say = () => log[level](what, values);
      if (kept) kept.push(say);
      else say();
    };
  return {
    debug: tell('debug'),
    info: tell('info'),
    warn: tell('warn'),
    error: tell('error'),
    release: () => {
      const said = kept ?? [];
      kept = undefined;
      for (const say of said) say();
    },
  };
}
