import { importsOf, sources } from './imports.mjs';

export const name = 'cycles';

/** Files that import each other in a circle when they are loaded; imports of types and those made later do not count. Each circle is told once. */
export function run(top) {
  const graph = new Map(
    sources(top).map((file) => [
      file,
      importsOf(file, top)
        .filter(({ local, type, lazy }) => local && !type && !lazy)
        .map(({ to }) => to),
    ]),
  );
  const done = new Set();
  const path = [];
  const circles = [];
  const visit = (file) => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const to of graph.get(file) ?? []) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}
