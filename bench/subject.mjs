// A subject is whatever attaches a sandbox to a network: Fairlead, a floor, a peer. Each has a process and namespaces of its own, so that none meets
// another's rules, and takes its turns, so that the machine's mood is shared. It measures itself: the way to it and back is in no figure.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { percentile } from './measure.mjs';

/** Starts a subject of `subjects/`; one that cannot be had answers why, as `absent`. */
export async function subject(name, options = {}) {
  const file = new URL(`./subjects/${name}.mjs`, import.meta.url).pathname;
  const own = { execPath: 'unshare', execArgv: ['--net', '--mount', process.execPath] };
  const child = fork(file, [JSON.stringify(options)], { ...own, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const asked = async (message) => {
    if (message) child.send(message);
    const [reply] = await Promise.race([once(child, 'message'), ended.then(([code]) => [{ trouble: `it ended with ${code}` }])]);
    if (reply.trouble !== undefined) throw new Error(`${name}: ${reply.trouble}`);
    return reply;
  };
  try {
    const { title, learns } = await asked();
    return {
      title,
      learns,
      /** Microseconds of each of these attachments, one after another. */
      attach: async (from, count) => (await asked({ do: 'attach', from, count })).durations,
      /** The same, asked for at once, each from the first one's beginning. */
      burst: async (from, count) => (await asked({ do: 'burst', from, count })).durations,
      /** Microseconds of each attachment of so many that come at a rate a second, stay so many milliseconds and go. */
      churn: async (from, count, how) => (await asked({ do: 'churn', from, count, how })).durations,
      /** Microseconds until each of these who was heard by the host had its answer. */
      speak: async (from, count) => (await asked({ do: 'speak', from, count })).durations,
      detach: async (from, count) => (await asked({ do: 'detach', from, count })).durations,
      /** Lets go of these in whatever is the quickest way, unmeasured. */
      clear: async (from, count) => void (await asked({ do: 'clear', from, count })),
      async end() {
        if (child.connected) child.disconnect();
        await ended;
      },
    };
  } catch (error) {
    if (child.connected) child.disconnect();
    await ended;
    return { absent: error.message };
  }
}

/** Runs `work` with each of these subjects that there are; what went wrong with one is no other's matter. Answers what could not be measured. */
export async function withSubjects(names, work) {
  const missing = [];
  const open = [];
  for (const [name, options] of names.map((each) => [each].flat())) {
    const one = await subject(name, options);
    if (one.absent === undefined) open.push(one);
    else missing.push(one.absent);
  }
  const tried = async (one, turn) => {
    try {
      await turn(one);
    } catch (error) {
      missing.push(`${one.title}: ${error.message}`);
      open.splice(open.indexOf(one), 1);
      await one.end();
    }
  };
  await work({
    /** A turn for each. */
    async each(turn) {
      for (const one of [...open]) await tried(one, turn);
    },
  });
  for (const one of open) await one.end();
  return missing;
}

/** The median of what was measured of the first subject: what the others are compared with. */
export const against = (found) => {
  const [first] = found.values();
  return first && percentile(first, 0.5);
};
