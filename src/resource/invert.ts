import type { Operation, Plan } from './resource.js';

/** The plan that takes this one back, in reverse order. */
export const invert = (plan: Plan): Plan => plan.map(inverse).reverse();

function inverse(operation: Operation): Operation {
  switch (operation.do) {
    case 'create':
      return { do: 'delete', resource: operation.resource };
    case 'delete':
      return { do: 'create', resource: operation.resource };
    case 'change':
      return { do: 'change', from: operation.to, to: operation.from };
  }
}
