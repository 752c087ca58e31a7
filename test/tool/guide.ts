import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a guide shows in this language, block by block: what tests do is what people read. Throws where there is none. */
export function shownIn(guide: string, language: 'json' | 'sh' | 'yaml'): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/guides', `${guide}.md`), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);
  if (blocks.length === 0) throw new Error(`docs/guides/${guide}.md shows no ${language}`);
  return blocks;
}
