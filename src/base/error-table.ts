import { addressErrors } from './errors/address-errors.js';
import { clusterErrors } from './errors/cluster-errors.js';
import { cniErrors } from './errors/cni-errors.js';
import { daemonErrors } from './errors/daemon-errors.js';
import { driverErrors } from './errors/driver-errors.js';
import { kernelErrors } from './errors/kernel-errors.js';
import { nameErrors } from './errors/name-errors.js';
import { objectErrors } from './errors/object-errors.js';
import { pluginErrors } from './errors/plugin-errors.js';
import { portErrors } from './errors/port-errors.js';
import { shapeErrors } from './errors/shape-errors.js';
import { stateErrors } from './errors/state-errors.js';

/**
 * Every error that Fairlead answers, by its stable code. `{name}` in a text is a value that the error carries. The first
 * line says what is wrong with the value in question, the second the way out. Statuses follow Docker Engine's
 * categories: 400 the request is wrong, 403 the state forbids it, 404 absent, 409 a name is taken, 503 nothing left.
 * `docs/reference/errors.md` is generated from this table, whose rows are in `errors/`.
 */
export const errorTable = {
  ...shapeErrors,
  ...objectErrors,
  ...driverErrors,
  ...addressErrors,
  ...pluginErrors,
  ...portErrors,
  ...kernelErrors,
  ...nameErrors,
  ...stateErrors,
  ...daemonErrors,
  ...cniErrors,
  ...clusterErrors,
} as const;

/** The stable code of an error. */
export type ErrorCode = keyof typeof errorTable;
