import type { Command } from 'commander';
import type { Shell } from './shell.js';

/** Describes a command to commander: its arguments, flags and what it does. */
export type Define = (command: Command, shell: Shell) => void;
