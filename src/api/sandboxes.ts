import { type Call, call } from './call.js';
import { collectionCalls } from './collection.js';
import { problemOf } from './errors.js';
import { manyGone, manyMade, manySandboxes, removedSandboxes, sandbox, sandboxAsk, sandboxChange } from './schemas/sandboxes.js';

/** `/v1/sandboxes`, with many at once. */
export const sandboxCalls: readonly Call[] = [
  ...collectionCalls('Sandbox', {
    path: '/v1/sandboxes',
    ask: sandboxAsk,
    change: sandboxChange,
    record: sandbox,
    of: ({ sandboxes }) => sandboxes,
  }),
  call({
    method: 'post',
    path: '/v1/sandboxes/many',
    about: 'Create many sandboxes, each for itself: what became of each, in their order',
    body: manySandboxes,
    status: 200,
    reply: manyMade,
    run: async ({ fairlead }, { body: { sandboxes } }) =>
      (await fairlead.sandboxes.createMany(sandboxes)).map((made) =>
        'sandbox' in made ? made : { status: made.error.status, problem: problemOf(made.error) },
      ),
  }),
  call({
    method: 'post',
    path: '/v1/sandboxes/remove',
    about: 'Remove many sandboxes, each for itself: what became of each, in their order',
    body: removedSandboxes,
    status: 200,
    reply: manyGone,
    run: async ({ fairlead }, { body: { sandboxes, force = false, settle = true } }) =>
      (await fairlead.sandboxes.removeMany(sandboxes, { force, settle })).map((each) =>
        'ref' in each ? each : { status: each.error.status, problem: problemOf(each.error) },
      ),
  }),
];
