// A host of a cluster as a process of its own: it opens an engine as it is told, and does there what its parent asks for.
import { createFairlead } from '#dist/index.js';

let fairlead;
process.on('disconnect', () => process.exit(0));
process.on('message', ({ id, call, args }) => {
  // Not for us.
  if (call === undefined) return;
  answer(call, args).then(
    (value) => process.send({ id, value: value ?? null }),
    (error) => process.send({ id, error: { code: error.code, message: String(error.message) } }),
  );
});

const log = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [
    level,
    (message, values) => level !== 'debug' && process.connected && process.send({ level, message, values }),
  ]),
);

async function answer(call, args) {
  if (call === 'open') {
    fairlead = await createFairlead({ ...args[0], log });
    return undefined;
  }
  if (call === 'close') return fairlead[Symbol.asyncDispose]();
  const [first, second] = call.split('.');
  return second === undefined ? fairlead[first](...args) : fairlead[first][second](...args);
}
