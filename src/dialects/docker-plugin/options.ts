import { failure } from '../../base/error.js';
import type { Strings } from '../../model/records.js';

const DRIVER = 'fairlead.driver';

/** Names a network, among the options of a driver and of addresses. */
export const NETWORK = 'fairlead.network';

/** The drivers whose links can be handed to Docker. */
const DRIVERS: readonly string[] = ['bridge', 'macvlan', 'ipvlan', 'overlay'];

/** What `docker network create -o` says: what is for this dialect, and what is for the driver. */
export interface DockerOptions {
  readonly driver?: string;
  /** The name that the network has here. */
  readonly name?: string;
  readonly options: Strings;
}

/** Reads them. Throws `option-invalid`. */
export function readOptions({ [DRIVER]: driver, [NETWORK]: name, ...options }: Strings): DockerOptions {
  if (driver !== undefined && !DRIVERS.includes(driver))
    throw failure('option-invalid', {
      option: DRIVER,
      value: driver,
      reason: 'no driver whose links Docker can take',
      mend: `choose one of ${DRIVERS.join(', ')}`,
    });
  if (driver === 'overlay' && name === undefined) {
    const mend = `-o ${NETWORK}=NAME, the same on each host: Docker does not tell the name that you gave it`;
    throw failure('option-invalid', { option: NETWORK, value: '', reason: 'needed, for hosts to find the network that they share', mend });
  }
  return { ...(driver !== undefined && { driver }), ...(name !== undefined && { name }), options };
}
