import { once } from 'node:events';
import { connect } from 'node:net';
import { execute, type PluginHost } from '../../cni/run/run-plugin.js';
import { findPlugin } from '../../cni/run/find-plugin.js';
import type { Answer } from './answer.js';
import { type Frame, frame, frames, printVariables, readVariables } from './frames.js';

const ABSENT = 127;

/** Hands a call to the daemon at this socket, and runs what that asks for; nothing where no daemon is. The plugin of C is this, faster. */
export async function askDaemon(path: string, variables: Readonly<Record<string, string>>, input: string, host: PluginHost): Promise<Answer | undefined> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ECONNREFUSED') return undefined;
    throw error;
  }
  socket.write(frame('C', printVariables(variables), input));
  for await (const each of frames(socket)) {
    if (each.kind === 'A') return { status: each.body[0] ?? 1, out: each.body.toString('utf8', 1) };
    socket.write(await run(each, variables, host));
  }
  return undefined;
}

async function run({ body }: Frame, variables: Readonly<Record<string, string>>, host: PluginHost): Promise<Buffer> {
  const end = body.indexOf(0);
  const order = readVariables(body.subarray(end + 1));
  try {
    const file = findPlugin(body.toString('utf8', 0, end), (variables['CNI_PATH'] ?? '').split(':'));
    const { status, out } = await execute(file, { ...host.env, ...order?.variables }, order?.rest.toString('utf8') ?? '', host.patience);
    return frame('E', Uint8Array.of(typeof status === 'number' ? status : ABSENT - 1), out);
  } catch {
    return frame('E', Uint8Array.of(ABSENT));
  }
}
