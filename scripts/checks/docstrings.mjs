import { dirname, join } from 'node:path';
import { textOf } from '../lib/project.mjs';

export const name = 'docstrings';

/** Exports of the library without a docstring. */
export function run(top) {
  if (textOf('src/index.ts', top) === '') return ['src/index.ts is not there'];
  return ['src/index.ts', 'src/plugin/index.ts']
    .flatMap((entry) => exportsOf(entry, top))
    .flatMap(({ name: exported, file, documented }) => (documented ? [] : [`${file}: ${exported} is public and has no docstring`]));
}

/** Everything that a file exports, followed to where it is declared. */
export function exportsOf(file, top) {
  const text = textOf(file, top);
  const found = [];
  for (const [, from] of text.matchAll(/^export\s+(?:type\s+)?\*\s+from\s+'([^']+)'/gm)) found.push(...exportsOf(source(file, from), top));
  for (const [, names, from] of text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}(?:\s*from\s*'([^']+)')?/gm)) {
    for (const wanted of names
      .split(',')
      .map(
        (each) =>
          each
            .trim()
            .replace(/^type\s+/, '')
            .split(/\s+as\s+/)[0],
      )
      .filter(Boolean)) {
      const origin = from ?? new RegExp(`import[^;]*\\b${wanted}\\b[^;]*from '([^']+)'`).exec(text)?.[1];
      if (origin === undefined) found.push(declaration(wanted, file, text));
      else if (origin.startsWith('.'))
        found.push(exportsOf(source(file, origin), top).find((each) => each.name === wanted) ?? { name: wanted, file, documented: false });
    }
  }
  for (const [, exported] of text.matchAll(
    /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type|enum)\s+(\w+)/gm,
  )) {
    found.push(declaration(exported, file, text));
  }
  return found;
}

// The line above the declaration ends a docstring; of several overloads the first has it.
function declaration(name, file, text) {
  const at = new RegExp(
    `^(?:export\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:const|let|function\\*?|class|interface|type|enum)\\s+${name}\\b`,
    'm',
  ).exec(text)?.index;
  return { name, file, documented: at !== undefined && /\*\/\s*$/.test(text.slice(0, at)) };
}

const source = (file, specifier) => join(dirname(file), specifier).replace(/\.js$/, '.ts');
