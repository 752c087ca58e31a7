import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

// Programs that Fairlead is compared with and tested against, from Debian's packages: unpacked below .cache/peers, never installed.
// They must be there before anybody enters a namespace without a network, so fetching and finding are two steps.
const CACHE = join(root, '.cache', 'peers');
const WHERE_PROGRAMS_ARE = ['usr/bin', 'usr/sbin', 'bin', 'sbin', 'usr/lib/podman'];
const SYSTEM_LIST = '/etc/apt/sources.list';
// As root, apt-get hands its rights over to a user who may not write here.
const OPTIONS = ['-q', '-o', 'APT::Sandbox::User=root'];

/**
 * Unpacks a package, and those it needs that this system does not have; `NAME/SUITE` is one of another suite of the same mirror.
 * Returns what stands in the way, or nothing.
 */
export function fetchPeer(named, cache = CACHE) {
  const [name, suite] = named.split('/');
  if (existsSync(join(cache, name))) return undefined;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, '.fetch-'));
  try {
    return unpack(name, suite, work, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Where the files of a package that was fetched are. */
export const placeOf = (name, cache = CACHE) => join(cache, name);

/** What to run the programs of a package with, an environment; `undefined` where it has not been fetched. */
export function peer(name, cache = CACHE) {
  const place = placeOf(name, cache);
  if (!existsSync(place)) return undefined;
  const programs = WHERE_PROGRAMS_ARE.map((directory) => join(place, directory));
  return { ...process.env, PATH: [...programs, process.env.PATH].join(':'), LD_LIBRARY_PATH: librariesIn(place).join(':') };
}

function unpack(name, suite, work, cache) {
  const { lists, needed, trouble } = suite === undefined ? packagesFor(name, work) : packagesOfSuite(name, suite, work);
  if (needed === undefined) return `${name} is not to be had from Debian: ${trouble}`;
  const download = run('apt-get', [...lists, 'download', ...needed], work);
  if (download.status !== 0) return `${name} cannot be downloaded: ${lastLine(download)}`;
  const place = join(work, 'unpacked');
  for (const file of readdirSync(work).filter((each) => each.endsWith('.deb'))) {
    const unpacked = run('dpkg', ['-x', file, place], work);
    if (unpacked.status !== 0) return `${file} cannot be unpacked: ${lastLine(unpacked)}`;
  }
  return putInPlace(place, join(cache, name));
}

// With the system's lists of packages; where those are missing or too old, with lists of our own.
function packagesFor(name, work) {
  const known = missing(name, OPTIONS);
  if (known.needed !== undefined) return { ...known, lists: OPTIONS };
  return packagesOfOwnLists(name, OPTIONS, work);
}

// The system's sources stay as they are: one of ours is added to them, from the system's own mirror.
function packagesOfSuite(name, suite, work) {
  const sites = run('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages']).stdout.split('\n');
  const mirror = sites.find((site) => /\/debian\/?$/.test(site));
  if (mirror === undefined) return { trouble: 'apt knows no mirror of Debian' };
  const list = join(work, 'suite.list');
  writeFileSync(list, `deb ${mirror} ${suite} main\n`);
  const sources = existsSync(SYSTEM_LIST) ? readFileSync(SYSTEM_LIST, 'utf8') : '';
  appendFileSync(list, sources);
  return packagesOfOwnLists(name, [...OPTIONS, '-o', `Dir::Etc::SourceList=${list}`, '-o', `APT::Default-Release=${suite}`], work);
}

function packagesOfOwnLists(name, options, work) {
  const lists = [...options, '-o', `Dir::State::Lists=${join(work, 'lists')}`];
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
  // The release asked for is not known before its lists are there.
  const update = run('apt-get', [...lists, '-o', 'APT::Default-Release=', 'update'], work);
  if (update.status !== 0) return { trouble: lastLine(update) };
  return { ...missing(name, lists), lists };
}

// `Inst NAME (VERSION …)` is a package that is not there; with a version in brackets behind its name it is, and is good enough.
function missing(name, lists) {
  const simulated = run('apt-get', [...lists, '--simulate', '--no-install-recommends', 'install', name]);
  if (simulated.status !== 0) return { trouble: lastLine(simulated) };
  const needed = [...simulated.stdout.matchAll(/^Inst (\S+) \(/gm)].map(([, each]) => each);
  return { needed: needed.includes(name) ? needed : [...needed, name] };
}

// Two may fetch the same at once: the second finds it there.
function putInPlace(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
  return undefined;
}

function librariesIn(place) {
  const parents = ['usr/lib', 'lib'].map((each) => join(place, each)).filter((each) => existsSync(each));
  const below = parents.flatMap((parent) => entriesOf(parent, (entry) => entry.isDirectory()).map((entry) => join(parent, entry)));
  return [...parents, ...below].filter((directory) => entriesOf(directory, (entry) => entry.name.includes('.so')).length > 0);
}

const entriesOf = (directory, wanted) =>
  readdirSync(directory, { withFileTypes: true })
    .filter(wanted)
    .map(({ name }) => name);

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return { status: status ?? 127, stdout: stdout ?? '', stderr: error?.message ?? stderr ?? '' };
}

const lastLine = ({ stdout, stderr }) => (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '';
