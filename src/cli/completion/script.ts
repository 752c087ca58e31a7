import type { Command } from 'commander';
import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import { branches } from './tree.js';
import { zshScript } from './zsh.js';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** The completion script of a shell. Names of objects are asked of the daemon when they are completed. */
export const scriptFor = (shell: keyof typeof scripts, program: Command): string => scripts[shell](branches(program));
