/**
 * A listener to progress whose own error ends nothing that it is told of: what became of each would be lost with it. The process is warned of the first, and it
 * hears no more.
 */
export function heard(told: (done: number) => void = () => {}): (done: number) => void {
  let listening = true;
  return (done) => {
    if (!listening) return;
    try {
      told(done);
    } catch (error) {
      listening = false;
      process.emitWarning(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
