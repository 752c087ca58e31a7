import type { Check } from '../../model/check.js';

/** Objects that are being made or removed by the records, with nobody at work on them: the operation failed, and so did taking it back. */
export const halfDoneCheck: Check = {
  name: 'half-done',
  ours: true,
  run: ({ abandoned, nameOf }) =>
    abandoned.map((owner) => ({
      code: 'half-done',
      object: nameOf(owner),
      problem: 'something was begun with it and neither finished nor taken back; nothing works on it any more',
      mend: 'fairlead doctor --fix',
    })),
};
