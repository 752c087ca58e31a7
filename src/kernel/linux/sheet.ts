import type { Operation, Stack } from '../../resource/resource.js';
import type { LinkSetting } from './link/set-link.js';
import type { Machine } from './machine.js';
import type { Request } from './request.js';
import type { Entry } from './route-section.js';

/** Where operations write their messages, and what they may ask meanwhile. */
export interface Sheet {
  readonly machine: Machine;
  /** The next message to a stack. */
  say(stack: Stack, entry: Entry): void;
  /** A message that goes before any other to that stack, and at the end of the plan at the latest. */
  sayLater(stack: Stack, entry: Entry): void;
  /** A setting of a link made just now, still open for more: `setFresh` finds it while nothing else had to be sent. */
  sayFresh(stack: Stack, name: string, index: number, setting: LinkSetting, operation: Operation): void;
  /** Adds to an open setting; false when it is closed. */
  setFresh(stack: Stack, name: string, setting: LinkSetting, operation: Operation): boolean;
  /** An index that no link of the stack has. */
  newIndex(stack: Stack): number;
  /** Says which link a name will mean. */
  learn(stack: Stack, name: string, index: number): void;
  /** What an operation asks for is there already, by no message. */
  done(operation: Operation): void;
  /** The index of the link of this name. Throws ENODEV. */
  indexOf(stack: Stack, name: string): number;
  /** The same, or undefined: for deletions. */
  indexIfAny(stack: Stack, name: string): number | undefined;
}

/** One message for one operation. */
export const entry = (operation: Operation, request: Request): Entry => ({ operations: [operation], request });

/** One message that deletes. `absentAs`: see `Entry`. */
export const deletion = (operation: Operation, request: Request, absentAs?: number): Entry => ({
  operations: [operation],
  request,
  mayBeAbsent: true,
  ...(absentAs !== undefined && { absentAs }),
});
