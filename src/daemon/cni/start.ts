import { text } from 'node:stream/consumers';
import { printRefusal } from '../../cni/wire/refusal.js';
import { printVersions, versionOf } from '../../dialects/cni/version-of.js';
import { refusalOf } from '../../dialects/cni/refusal-of.js';
import { Field } from '../../cni/wire/field.js';
import { askDaemon } from '../../dialects/cni/client.js';
import type { Answer } from '../../dialects/cni/answer.js';
import type { Call } from './work-alone.js';

const SOCKET = '/run/fairlead/cni.sock';
const ABOUT = 'CNI plugin fairlead\nCNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n';

const { CNI_COMMAND: verb = '' } = process.env;
if (verb === '') process.stderr.write(ABOUT);
else {
  const { status, out } = await answer();
  process.stdout.write(out);
  process.exitCode = status;
}

async function answer(): Promise<Answer> {
  const input = await text(process.stdin);
  const variables = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (name.startsWith('CNI_') && value !== undefined ? [[name, value]] : [])),
  );
  const call: Call = { variables, input, host: { env: process.env } };
  try {
    if (verb === 'VERSION') return { status: 0, out: printVersions(input) };
    const socket = Field.parse(input, 'the configuration on standard input').at('socket').optionalText() ?? SOCKET;
    return (await askDaemon(socket, variables, input, call.host)) ?? (await alone(socket, call));
  } catch (error) {
    return { status: 1, out: JSON.stringify(printRefusal(refusalOf(error), versionOf(input))) };
  }
}

// An engine is loaded where one is needed.
async function alone(socket: string, call: Call): Promise<Answer> {
  const { workAlone } = await import('./work-alone.js');
  return workAlone(socket, call);
}
