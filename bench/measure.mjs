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

/** A row of the table: p50 and p99 of single durations, and how many times `against` it is. */
export const row = (scenario, subject, durations, { unit = 'µs', against } = {}) => ({
  scenario,
  subject,
  n: durations.length,
  p50: percentile(durations, 0.5),
  p99: percentile(durations, 0.99),
  unit,
  ratio: against === undefined ? null : percentile(durations, 0.5) / against,
});

/** Hands the rows of this scenario to the runner. */
export const report = (rows) => process.send?.(rows) ?? console.log(rows);

/** What the library is opened with: state and run on a tmpfs of this scenario's own. */
export const places = (name) => ({ state: `${process.env.FAIRLEAD_BENCH}/${name}/state`, run: `${process.env.FAIRLEAD_BENCH}/${name}/run` });
