import type { Branch } from './tree.js';
import { bashScript } from './bash.js';

/** zsh runs the script of bash through its own bashcompinit. */
export const zshScript = (all: readonly Branch[]): string => `#compdef fairlead
autoload -Uz compinit bashcompinit
(( $+functions[compdef] )) || compinit
bashcompinit
${bashScript(all).replace('# fairlead completion for bash', '# fairlead completion for zsh')}`;
