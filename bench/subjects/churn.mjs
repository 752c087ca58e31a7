/** Has each of these come when it is due, at `rate` a second, and go `stay` milliseconds after it was attached. Answers how long each waited, in microseconds. */
export async function churn(one, numbers, { rate, stay }) {
  const durations = [];
  const begun = performance.now();
  const comeAndGo = async (n) => {
    const came = performance.now();
    await one.attach(n);
    durations.push((performance.now() - came) * 1000);
    await past(stay);
    await one.detach(n);
  };
  const all = [];
  for (const [at, n] of numbers.entries()) {
    await past(begun + (at * 1000) / rate - performance.now());
    all.push(comeAndGo(n));
  }
  await Promise.all(all);
  return durations;
}

const past = (milliseconds) => (milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : undefined);
