import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Operation, SysctlResource } from '../../resource/resource.js';
import { ENOENT } from './errno.js';
import { SystemError } from './libc.js';
import type { Stacks } from './stacks.js';

/** The value of a setting, or undefined where this kernel has none of that name. What is below net/ is that of the thread's namespace. */
export function readSysctl(stacks: Stacks, { in: stack, path }: Pick<SysctlResource, 'in' | 'path'>): string | undefined {
  try {
    stacks.enter(stack);
    return readFileSync(fileOf(path), 'utf8').replace(/\n$/, '');
  } catch (error) {
    const failed = systemError('read', error);
    if (failed.errno === ENOENT) return undefined;
    throw failed;
  }
}

/** The names of the settings in a folder; none where this kernel has no such. */
export function namesOfSysctls(stacks: Stacks, { in: stack, path }: Pick<SysctlResource, 'in' | 'path'>): readonly string[] {
  try {
    stacks.enter(stack);
    return readdirSync(fileOf(path));
  } catch (error) {
    const failed = systemError('read', error);
    if (failed.errno === ENOENT) return [];
    throw failed;
  }
}

/** Writes a setting. */
export function writeSysctl(stacks: Stacks, { in: stack, path, value }: SysctlResource): void {
  stacks.enter(stack);
  try {
    writeFileSync(fileOf(path), value, { flag: 'r+' });
  } catch (error) {
    throw systemError('write', error);
  }
}

/** Sets it, or gives it back as it was; answers what takes that back. */
export function changeSysctl(stacks: Stacks, operation: Operation, resource: SysctlResource): Operation | undefined {
  const value = operation.do === 'delete' ? operation.was?.['value'] : resource.value;
  if (typeof value !== 'string') return undefined;
  const now = readSysctl(stacks, resource);
  writeSysctl(stacks, { ...resource, value });
  if (operation.do !== 'delete') return { do: 'delete', resource, ...(now === undefined ? {} : { was: { value: now } }) };
  return now === undefined ? undefined : { do: 'create', resource: { ...resource, value: now } };
}

/** As in sysctl(8): the separator that comes first decides, so that names of links with dots can be written with slashes. */
export function fileOf(path: string): string {
  const dotted = /[./]/.exec(path)?.[0] === '.';
  const relative = dotted ? path.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.')) : path;
  if (relative.split('/').some((part) => part === '' || part === '.' || part === '..')) throw new SystemError('open', ENOENT);
  return `/proc/sys/${relative}`;
}

function systemError(call: string, error: unknown): SystemError {
  if (error instanceof SystemError) return error;
  const number = error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? -error.errno : 0;
  if (number <= 0) throw error;
  return new SystemError(call, number);
}
