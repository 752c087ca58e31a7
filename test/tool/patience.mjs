/** How many times as long as usual is waited here: FAIRLEAD_TEST_PATIENCE, where a processor is emulated. */
export const patience = Number(process.env.FAIRLEAD_TEST_PATIENCE ?? 1);
