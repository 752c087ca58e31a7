import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../lib/project.mjs';

/** Where the tests of a guest are, as few files: what stands in for `a/b.test.ts` is `a/b.test.js` there. */
export const BUNDLE = join(root, '.cache/vm/bundle');

// Threads begin with a file of their own, which is named by the one that starts them.
const THREADS = new Map(
  [
    ['dist/kernel/linux/linux-kernel.js', 'dist/kernel/linux/kernel-worker.js'],
    ['dist/names/server/resolver.js', 'dist/names/server/names-worker.js'],
    ['test/tool/probe.ts', 'test/tool/probe.mjs'],
    ['test/tool/numbered.ts', 'test/tool/numbered.mjs'],
  ].map((pair) => pair.map((file) => join(root, file))),
);

/**
 * Puts tests and all of Fairlead that they load into few files: an emulated processor takes forty milliseconds for each module, and there are
 * six hundred. What tests start as processes of their own stays where it is, and npm's packages do, but for the one of most modules. Resolves with
 * what stands in for the tests, in their order.
 */
export async function bundle(tests) {
  const { build } = await vite();
  const name = (path) => relative(root, path).replace(/\.ts$/, '');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [inPlace],
    resolve: { alias: [{ find: /^(?:\.\.\/)+src\/(.*\.js)$/, replacement: join(root, 'dist/$1') }] },
    ssr: { noExternal: ['zod'] },
    build: {
      ssr: true,
      target: 'node20',
      minify: false,
      outDir: BUNDLE,
      emptyOutDir: true,
      rolldownOptions: {
        input: Object.fromEntries([...tests.map((path) => [name(path), path]), ...[...THREADS.values()].map((path) => [threadName(path), path])]),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  return tests.map((path) => join(BUNDLE, `${name(path)}.js`));
}

const threadName = (path) => `threads/${relative(root, path).replace(/\.m?js$/, '')}`;
const literal = (path) => JSON.stringify(pathToFileURL(path).href);

// What a module finds beside itself is beside what it was made from; but a thread is one of the few files, too.
const inPlace = {
  name: 'in-place',
  enforce: 'pre',
  transform(code, id) {
    if (!code.includes('import.meta.')) return undefined;
    const thread = THREADS.get(id);
    return code
      .replaceAll(/new URL\('\.\/[\w-]+\.m?js', import\.meta\.url\)/g, (whole) =>
        thread ? `new URL(${literal(join(BUNDLE, `${threadName(thread)}.js`))})` : whole,
      )
      .replaceAll('import.meta.url', literal(id))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)));
  },
};

// vitest's own: it is no package of ours.
const vite = () => import(pathToFileURL(createRequire(createRequire(import.meta.url).resolve('vitest/package.json')).resolve('vite')).href);
