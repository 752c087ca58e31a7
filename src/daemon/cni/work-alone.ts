import { dirname } from 'node:path';
import { failure } from '../../base/error.js';
import { silent } from '../../base/log.js';
import { takeTurn } from '../../base/turn.js';
import { Queues } from '../../base/queues.js';
import { type PluginHost, pluginRunner } from '../../cni/run/run-plugin.js';
import { Field } from '../../cni/wire/field.js';
import { type Answer, answerCall, type Serve } from '../../dialects/cni/answer.js';
import { askDaemon } from '../../dialects/cni/client.js';
import { createFairlead } from '../../index.js';
import { PATIENCE, turnOf } from './state-turn.js';

/** One call, as its process was told it. */
export interface Call {
  readonly variables: Readonly<Record<string, string>>;
  readonly input: string;
  readonly host: PluginHost;
}

/** Does the work of one call with an engine of its own. `socket` is where a daemon would answer, beside the state of this boot. Throws `cni-busy`, and what opening an engine does. */
export async function workAlone(socket: string, { variables, input, host }: Call): Promise<Answer> {
  const run = dirname(socket);
  const state = Field.parse(input, 'the configuration on standard input').at('state').optionalText();
  const turn = await takeTurn(turnOf(run), PATIENCE);
  if (!turn) throw failure('cni-busy', { socket, seconds: PATIENCE / 1000 });
  try {
    const answered = await askDaemon(socket, variables, input, host);
    if (answered) return answered;
    const serve: Serve = async (work) => {
      await using fairlead = await createFairlead({ run, ...(state !== undefined && { state }) });
      return await work({ fairlead, queues: new Queues(), resolves: false });
    };
    return await answerCall(serve, { variables, input, run: pluginRunner(host) }, silent);
  } finally {
    await turn.end();
  }
}
