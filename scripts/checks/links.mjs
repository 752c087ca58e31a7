import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder, textOf } from '../lib/project.mjs';

export const name = 'links in docs';

/** Relative links in Markdown that lead nowhere, their headings included. */
export const run = (top) =>
  filesUnder('.', ['.md'], top).flatMap((file) => {
    const text = withoutCode(textOf(file, top));
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [path, heading] = target.split('#');
      const to = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(top, to))) return [`${file}: ${target} leads nowhere`];
      if (heading && to.endsWith('.md') && !anchors(textOf(to, top)).has(heading)) return [`${file}: ${target}: no such heading`];
      return [];
    });
  });

const withoutCode = (text) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

// As GitHub makes them: lower case, punctuation gone, spaces to hyphens.
const anchors = (text) =>
  new Set(
    [...text.matchAll(/^#+\s+(.*)$/gm)].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
