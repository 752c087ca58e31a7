import type { Writable } from 'node:stream';
import { type RunPlugin, refusedBy } from '../../cni/run/run-plugin.js';
import { failure } from '../../base/error.js';
import { Field } from '../../cni/wire/field.js';
import { printCall } from '../../cni/wire/environment.js';
import { type Frame, frame, printVariables } from './frames.js';

const ABSENT = 127; // as a shell says it

/** Plugins that the plugin at the other end runs, out of its runtime's directories and with its rights: nothing is executed here. */
export const runByPlugin =
  (to: Writable, from: AsyncIterator<Frame, void>): RunPlugin =>
  async (plugin, call, config) => {
    to.write(frame('X', `${plugin}\0`, printVariables(printCall(call)), JSON.stringify(config)));
    // A connection that breaks is one whose other end was killed.
    const { value: ended } = await from.next().catch(() => ({ value: undefined }));
    if (!ended || ended.kind !== 'E') throw failure('cni-plugin-failed', { plugin, verb: call.verb, status: '-', reason: 'whoever ran it has gone' });
    const [status = 0, out] = [ended.body[0], ended.body.toString('utf8', 1)];
    if (status === ABSENT && out === '') throw failure('cni-plugin-absent', { plugin, path: call.path.join(', ') });
    if (status !== 0) throw refusedBy(plugin, call, { status, out, err: '' });
    return out.trim() === '' ? undefined : Field.parse(out, `what plugin ${plugin} answers`);
  };
