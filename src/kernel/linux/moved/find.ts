import { createHash } from 'node:crypto';
import { instanceOf } from '../../../resource/mark.js';
import { readMovedMark } from '../../../resource/moved.js';
import type { MovedResource, Stack } from '../../../resource/resource.js';
import { SystemError } from '../libc.js';
import { getLinks, type LinkState, linkState } from '../link/link-state.js';
import { findLink, type Machine } from '../machine.js';
import { saysAbsent } from '../refused.js';
import type { Past } from './past.js';

/** A link, and in which stack it is. */
export interface Found {
  readonly stack: Stack;
  readonly link: LinkState;
  /** Whether it is one that we moved. */
  readonly marked: boolean;
}

/**
 * The one that we moved, wherever it is; else the one at home of its name. Names, aliases and addresses are within reach of the sandbox's own root; the number that
 * it was given for its stay is not, unless it leaves that namespace, and neither is what it is made of (`past`).
 */
export function find(machine: Machine, resource: MovedResource, past?: Pick<Past, 'device' | 'type'>): Found | undefined {
  const number = numberInside(machine, resource);
  const isIt = ({ device, kind }: LinkState): boolean => !past || (past.device === (device ?? null) && past.type === (kind ?? null));
  const inside = linksOf(machine, resource.to.in).filter(isIt);
  const atHome = linksOf(machine, 'host').filter(isIt);
  const given = (stack: Stack, links: readonly LinkState[], is: (link: LinkState) => boolean): Found | undefined => {
    const link = links.find(is);
    return link && { stack, link, marked: true };
  };
  const byNumber = ({ index }: LinkState): boolean => index === number;
  const byMark = ({ alias }: LinkState): boolean => isOf(machine, resource, alias);
  const known =
    given(resource.to.in, inside, byNumber) ??
    given(resource.to.in, inside, byMark) ??
    given('host', atHome, byNumber) ??
    given('host', atHome, byMark) ??
    given(resource.to.in, inside, ({ device }) => device !== undefined && device === past?.device);
  if (known) return known;
  const link = findLink(machine, 'host', resource.link);
  if (link && isIt(link)) return { stack: 'host', link, marked: false };
  return given(resource.to.in, inside, ({ name, alias }) => name === resource.to.name && instanceOf(alias) === undefined);
}

/** Whether this alias says that it is this one. */
export function isOf({ instance }: Machine, { to, link }: MovedResource, alias: string | undefined): boolean {
  const mark = readMovedMark(alias);
  return mark?.instance === instance.id && mark.to.in === to.in && mark.link === link;
}

/**
 * The index that a link is given for its stay: nothing needs to be written down of it, since the same follows from what was asked. It is above all that are given to others
 * (`distantIndex` of stacks.ts), and the kernel counts up from 1.
 */
export function numberInside({ instance }: Pick<Machine, 'instance'>, { to, link }: Pick<MovedResource, 'to' | 'link'>): number {
  const digest = createHash('sha256').update(`${instance.id} ${to.in} ${link}`).digest();
  return (digest.readUInt32BE() & 0x3fff_ffff) | 0x4000_0000;
}

/** All links of a stack; none where that is no more. */
export function linksOf({ stacks }: Machine, stack: Stack): readonly LinkState[] {
  try {
    return stacks.get(stack).route.dump(getLinks, ({ payload }) => linkState(payload));
  } catch (error) {
    if (error instanceof SystemError && saysAbsent(error.errno)) return [];
    throw error;
  }
}
