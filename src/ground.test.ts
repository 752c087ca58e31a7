import { expect, it } from 'vitest';
import { createFairlead } from './index.js';

it.each(['state', 'run'])('refuses an empty name of the directory for "%s": it would be the root', async (option) => {
  await expect(createFairlead({ [option]: '' })).rejects.toMatchObject({ code: 'option-invalid', values: { option, value: '' } });
});
