import type { Command } from 'commander';
import type { Rest } from './rest.js';

/** What a command works with. */
export interface Dnet {
  /** The daemon that the flags name. */
  rest(): Rest;
  print(text: string): void;
}

/** Defines the commands of a noun. */
export type Noun = (noun: Command, dnet: Dnet) => void;

/** Gathers a flag that may repeat. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
