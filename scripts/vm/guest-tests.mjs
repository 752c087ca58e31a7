// node guest-tests.mjs REPORT FILE…: runs files of tests in a guest, one after the other in this process, by the runner of vitest and with its `expect` and `vi`,
// but without all that finds, compiles and watches files, which is done before (bundle.mjs) and costs half a minute there. Each test is named as it
// ends, and how long each file took, what is before and after its tests too; REPORT is in the form of vitest's own (../tiers/report.mjs), and the status is 1 where anything failed.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLE } from './bundle.mjs';

// In software emulation all takes ten times as long as outside: so do the limits. Milliseconds.
const LIMIT = 600_000;
const MARKS = { pass: '✓', fail: '×', skip: '↓' };
const STATUSES = { pass: 'passed', fail: 'failed' };

const [, , report, ...paths] = process.argv;
const config = {
  root: BUNDLE,
  name: 'vm',
  setupFiles: [],
  sequence: { seed: 0, hooks: 'stack', setupFiles: 'list', concurrent: false, shuffle: false },
  maxConcurrency: 1,
  testTimeout: LIMIT,
  hookTimeout: LIMIT,
  retry: 0,
  tags: [],
};
// Where `expect` and `vi` look for the worker in which they run.
globalThis.__vitest_worker__ = { config: { ...config, expect: {}, fakeTimers: {} }, environment: { name: 'node' }, providedContext: {} };

const begun = performance.now();
const took = (since) => ((performance.now() - since) / 1000).toFixed(1);
const strays = [];
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => strays.push(error));

const runner = {
  config,
  importFile: (path) => import(pathToFileURL(path).href),
  onAfterRunTask(test) {
    const { state = 'skip', duration = 0, errors = [] } = test.result ?? {};
    process.stdout.write(` ${MARKS[state] ?? MARKS.skip} ${nameOf(test)} ${Math.round(duration)}ms\n`);
    for (const { message } of errors) process.stdout.write(`   → ${message.split('\n')[0]}\n`);
  },
};

// vitest's own: it is no package of ours.
const { startTests } = await import(pathToFileURL(createRequire(createRequire(import.meta.url).resolve('vitest/package.json')).resolve('@vitest/runner')).href);
const files = [];
for (const path of paths) {
  const since = performance.now();
  files.push(...(await startTests([path], runner)));
  process.stdout.write(`   ${relative(BUNDLE, path)}: ${took(since)} s\n`);
}
const all = files.map((file) => ({ file, tests: testsOf(file) }));
for (const { file, tests } of all) for (const task of [file, ...suitesOf(file), ...tests]) tellErrors(nameOf(task), task.result?.errors ?? []);
tellErrors('outside of any test', strays);
const failed = strays.length > 0 || files.some(({ result }) => result?.state === 'fail');
process.stdout.write(`\n${all.flatMap(({ tests }) => tests).length} tests of ${files.length} files in ${took(begun)} s\n`);
writeFileSync(report, JSON.stringify({ testResults: all.map(({ file, tests }) => resultOf(file, tests)) }));
process.exit(failed ? 1 : 0);

function resultOf(file, tests) {
  const problems = [file, ...suitesOf(file)].flatMap(({ result }) => result?.errors ?? []);
  return {
    name: file.filepath,
    status: file.result?.state === 'fail' ? 'failed' : 'passed',
    message: problems[0]?.message ?? '',
    assertionResults: tests.map((test) => ({
      fullName: namesOf(test).join(' '),
      title: test.name,
      status: STATUSES[test.result?.state] ?? 'skipped',
      duration: test.result?.duration ?? 0,
    })),
  };
}

function suitesOf(suite) {
  return suite.tasks.filter(({ type }) => type === 'suite').flatMap((each) => [each, ...suitesOf(each)]);
}

function testsOf(task) {
  return task.type === 'suite' ? task.tasks.flatMap(testsOf) : [task];
}

// A file is the suite that no other holds.
function namesOf(task) {
  return task.suite === undefined ? [task.name] : [...namesOf(task.suite), task.name];
}

function nameOf(task) {
  const file = relative(BUNDLE, (task.file ?? task).filepath);
  return [file, ...namesOf(task)].filter((name, at) => at === 0 || name !== (task.file ?? task).name).join(' > ');
}

function tellErrors(name, errors) {
  for (const { stack, message, diff } of errors) process.stdout.write(`\n${[name, stack ?? message, diff].filter(Boolean).join('\n')}\n`);
}
