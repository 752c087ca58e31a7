import { readFileSync } from 'node:fs';

/** A mount, as a mount namespace lists it. */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  readonly point: string;
  readonly type: string;
  readonly readOnly: boolean;
  /** Whether mounts and unmounts below its original happen here too. */
  readonly slave: boolean;
}

/** The mounts of a mountinfo file, in the order in which they were made. */
export const mountsOf = (path: string): readonly Mount[] => parseMountinfo(readFileSync(path, 'utf8'));

/** Reads mountinfo (proc(5)): `id parent dev root point options [optional…] - type source options`. Lines of another form are left out. */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [front = '', back = ''] = line.split(' - ');
    const [id, parent, , , point, options, ...optional] = front.split(' ');
    const [type] = back.split(' ');
    if (point === undefined || options === undefined || !type) return [];
    return [
      {
        id: Number(id),
        parent: Number(parent),
        point: unescape(point),
        type,
        readOnly: options.split(',').includes('ro'),
        slave: optional.some((field) => field.startsWith('master:')),
      },
    ];
  });
}

// Space, tab, line end and backslash are written in octal.
const unescape = (text: string): string => text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
