import { peer } from '../../scripts/lib/peers.mjs';

/** An environment that has the programs of these packages of Debian's before those of the system. Throws where one was not fetched. */
export function debian(...packages: readonly string[]): NodeJS.ProcessEnv {
  const all = packages.map((name) => {
    const found = peer(name) as NodeJS.ProcessEnv | undefined;
    if (!found) throw new Error(`${name} has not been fetched: npm run test:all, or node scripts/tiers.mjs peers`);
    return found;
  });
  const joined = (variable: string) => all.flatMap((each) => each[variable]?.split(':') ?? []).filter((part, index, parts) => parts.indexOf(part) === index);
  return { ...process.env, PATH: joined('PATH').join(':'), LD_LIBRARY_PATH: joined('LD_LIBRARY_PATH').join(':'), LC_ALL: 'C' };
}
