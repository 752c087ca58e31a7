// What every scenario measures with: percentiles over single durations, in microseconds unless said.

/** The value below which `share` of the sorted durations lie. */
export const percentile = (durations, share) => {
  const sorted = [...durations].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

/** Microseconds that `work` takes. */
export async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) * 1000;
}

/** Whether the run is a short one (`--quick`). */
export const quick = process.env.FAIRLEAD_BENCH_QUICK === '1';

/** How often something is done: `most` times, or in a short run so many. */
export const times = (most, few) => (quick ? few : most);

/** How often a subject does it before it is measured. What runs on a compiler that learns is to have learnt: a platform's daemon has been at work for days. */
export const warmth = ({ learns }, otherwise) => (learns ? times(300, 10) : otherwise);

/** A row of the table: p50, p99 and the longest of single durations, and how many times `against` it is. */
export const row = (scenario, subject, durations, { unit = 'µs', against } = {}) => ({
  scenario,
  subject,
  n: durations.length,
  p50: percentile(durations, 0.5),
  p99: percentile(durations, 0.99),
  max: durations.reduce((most, each) => Math.max(most, each), durations[0]),
  unit,
  ratio: against === undefined ? null : percentile(durations, 0.5) / against,
});

/** Hands the rows of this scenario to the runner, and what could not be measured, with its reason. */
export const report = (rows, missing = []) => process.send?.({ rows, missing }) ?? console.log(rows, missing);

/** What the library is opened with: state and run on a tmpfs of this scenario's own. */
export const places = (name) => ({ state: `${process.env.FAIRLEAD_BENCH}/${name}/state`, run: `${process.env.FAIRLEAD_BENCH}/${name}/run` });

/** Does the work for each of them, so many at once. */
export async function many(things, atOnce, work) {
  const left = [...things].reverse();
  const one = async () => {
    while (left.length > 0) await work(left.pop());
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, things.length) }, one));
}

/** Resolves when it is so, looking every `every` milliseconds. */
export async function patiently(isSo, every = 20) {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, every));
}
