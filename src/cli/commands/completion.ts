import type { Define } from '../define.js';
import { registry } from '../registry.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `completion`: a script that the shell reads. */
export const completion: Define = (command, shell) => {
  command
    .addArgument(command.createArgument('<SHELL>').choices(SHELLS))
    .addHelpText('after', '\nbash: source <(fairlead completion bash)\nzsh:  source <(fairlead completion zsh)\nfish: fairlead completion fish | source')
    .action(async (known: (typeof SHELLS)[number]) => {
      const [{ scriptFor }, { buildProgram }] = await Promise.all([import('../completion/script.js'), import('../program.js')]);
      shell.world.out.write(scriptFor(known, await buildProgram(shell, registry)));
    });
};
