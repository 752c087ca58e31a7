import { readFile } from 'node:fs/promises';
import { failure } from '../../base/error.js';
import type { EtcdUser } from './place.js';

/** The user's password as its file says now. Throws `store-password-unreadable`. */
export async function passwordOf({ passwordFile: path }: EtcdUser): Promise<string> {
  try {
    const [line = ''] = (await readFile(path, 'utf8')).split(/\r?\n/, 1);
    return line;
  } catch (cause) {
    throw failure('store-password-unreadable', { path, errno: (cause as NodeJS.ErrnoException).code ?? String(cause) }, { cause });
  }
}
