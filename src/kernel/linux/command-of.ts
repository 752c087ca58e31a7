import { commands } from '../../resource/commands.js';
import type { Operation } from '../../resource/resource.js';

/** The command that a person would have typed for it. */
export const commandOf = (operation: Operation): string => commands([operation])[0] ?? operation.do;
