// Loaded before vitest in the guest. vitest gives a worker a minute to start and nobody can say otherwise; an emulated processor that
// shares its machine with others may take longer.
const [LONG, PATIENCE] = [60_000, 10];

const exact = globalThis.setTimeout;
globalThis.setTimeout = Object.assign((done, after, ...args) => exact(done, after >= LONG ? after * PATIENCE : after, ...args), exact);
