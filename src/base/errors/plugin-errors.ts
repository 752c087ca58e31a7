import type { ErrorRows } from './error-rows.js';

export const pluginErrors = {
  // ── plugins ──
  'plugin-absent': {
    status: 503,
    problem: 'plugin "{plugin}" is not there: no socket, .spec or .json of that name in {dirs}',
    mend: 'start it; what waits for it is asked again when it answers',
  },
  'plugin-silent': {
    status: 503,
    problem: 'plugin "{plugin}" at {address} does not answer {call}: {reason}',
    mend: 'look at its own log, or start it again; what it was asked for is given back when it answers',
  },
  'plugin-behind': {
    status: 503,
    problem: 'endpoint "{endpoint}" has left its sandbox, and plugin "{plugin}" could not be told so yet',
    mend: 'start the plugin, then join it again',
  },
  'plugin-refused': {
    status: 500,
    problem: 'plugin "{plugin}" refuses {call}: {reason}',
    mend: 'these are its own words: its documentation and its log say more',
  },
  'plugin-unfit': {
    status: 502,
    problem: 'plugin "{plugin}" answers {call} with what cannot be used: {reason}',
    mend: 'the protocol: docs/guides/remote-drivers.md; its makers can mend it',
  },
  'plugin-spec-invalid': {
    status: 500,
    problem: '{file} names no plugin: {reason}',
    mend: 'write one line into a .spec file: unix:///run/NAME.sock or tcp://127.0.0.1:PORT',
  },
} as const satisfies ErrorRows;
