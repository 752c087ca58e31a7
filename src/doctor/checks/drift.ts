import type { Check } from '../../model/check.js';
import type { Finding } from '../../model/fairlead.js';
import { commands } from '../../resource/commands.js';
import { keyOf } from '../../resource/key.js';
import { subject } from '../../resource/order.js';
import type { Operation } from '../../resource/resource.js';

const WORDS = {
  create: ['missing', 'is missing'],
  delete: ['leftover', 'is there, and nothing needs it'],
  change: ['changed', 'is not as it should be'],
} as const;

/** Records against kernel, both ways: what is missing, what is left over, what has other values. */
export const driftCheck: Check = {
  name: 'drift',
  run: ({ differences, nameOf }) =>
    differences.flatMap(({ operation, owners }): Finding[] => {
      const objects = owners.length === 0 ? ['host'] : owners.map(nameOf);
      return objects.map((object) => finding(operation, object));
    }),
};

function finding(operation: Operation, object: string): Finding {
  const [code, words] = WORDS[operation.do];
  const lines = commands([operation]);
  return { code, object, problem: `${keyOf(subject(operation))} ${words}`, mend: lines.join('; ') };
}
