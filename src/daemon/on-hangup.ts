/**
 * From this call on SIGHUP does not end the process. It has the work done that the answer is given, from then on: once at once, where the signal came
 * before.
 */
export function onHangup(): (work: () => void) => void {
  let early = false;
  let todo = () => {
    early = true;
  };
  process.on('SIGHUP', () => todo());
  return (work) => {
    todo = work;
    if (early) work();
  };
}
