/**
 * Milliseconds for which a thread of ours sleeps at most, though nothing is due. Asleep in the kernel it hears nothing of what Node asks of
 * all threads: `process.report` waits for each of them, and whoever ends a thread that has started one waits for that, the process at its end as well.
 */
const LONGEST_SLEEP = 500;

/** For how long to sleep when something is due in so many milliseconds (below 0: at once; Infinity: nothing is). */
export const sleepFor = (due: number): number => Math.min(LONGEST_SLEEP, Math.max(0, Math.ceil(due)));
