/** What a promise rejects with; an error of its own when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const answer = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in answer) return answer.error;
  throw new Error(`it was to fail, and answered ${JSON.stringify(answer.value)}`);
}
