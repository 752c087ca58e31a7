import type { Define } from '../define.js';
import { registry } from '../registry.js';
import { usage } from '../usage.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `completion`: a script that the shell reads. */
export const completion: Define = (command, shell) => {
  command
    .argument('<SHELL>', SHELLS.join(', '))
    .addHelpText('after', '\nbash: source <(fairlead completion bash)\nzsh:  source <(fairlead completion zsh)\nfish: fairlead completion fish | source')
    .action(async (name: string) => {
      const known = SHELLS.find((each) => each === name);
      if (!known) throw usage(`there is no completion for "${name}"; there is one for ${SHELLS.join(', ')}`, 'fairlead completion --help');
      const [{ scriptFor }, { buildProgram }] = await Promise.all([import('../completion/script.js'), import('../program.js')]);
      shell.world.out.write(scriptFor(known, await buildProgram(shell, registry)));
    });
};
