import type { Check, ServerAsked } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';

/** Name servers that do not answer: names of the outside are not found in sandboxes, or only after a wait. */
export const upstreamCheck: Check = {
  name: 'upstream',
  ours: false,
  run: async ({ silentServers }) => (await silentServers()).map(finding),
};

function finding({ server, sandbox }: ServerAsked): Found {
  const waiting = 'did not answer: names of the outside are not found, or only after a wait';
  if (sandbox)
    return {
      code: 'upstream-silent',
      object: `sandbox/${sandbox.name}`,
      problem: `its name server ${server} ${waiting}`,
      mend: `fairlead sandbox update --dns IP ${sandbox.name}, with a server that the sandbox can reach`,
    };
  return {
    code: 'upstream-silent',
    object: 'host',
    problem: `the host's name server ${server}, which sandboxes ask, ${waiting}`,
    mend: 'name another in /etc/resolv.conf (it is followed at once), or give sandboxes their own with --dns',
  };
}
