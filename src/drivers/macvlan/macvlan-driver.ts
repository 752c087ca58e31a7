import { failure } from '../../base/error.js';
import type { Driver, Scene } from '../../model/driver.js';
import type { Kind } from '../upper/kind.js';
import { HOST_ACCESS, readUpper } from '../upper/options.js';
import { upperDriver } from '../upper/upper-driver.js';
import { type MacvlanOptions, MODE, networkOptions } from './options.js';

const macvlan: Kind<MacvlanOptions> = {
  spec: (parent, { mode }) => ({ type: 'macvlan', parent, mode }),
  use: ({ mode }) => ({ as: 'macvlan', how: mode }),
  nowhere: 'dm-',
  ownMac: ({ mode }) => mode !== 'passthru',
  alone: ({ mode }) => mode === 'passthru',
  viaGateway: () => true,
};

/** The driver `macvlan`: sandboxes are on a wire of the host's by themselves, each with a MAC address of its own. */
export const macvlanDriver: Driver<MacvlanOptions> = upperDriver(
  'macvlan',
  networkOptions,
  macvlan,
  (values) => ({ ...readUpper(values), mode: values[MODE] }),
  refuseDeaf,
);

// In the other modes a parent passes nothing between links upon it.
function refuseDeaf({ options: { hostAccess, mode } }: Scene<MacvlanOptions>): void {
  if (!hostAccess || mode === 'bridge') return;
  const mend = `leave one of the two out: ${MODE}, or ${HOST_ACCESS}`;
  throw failure('option-invalid', { option: HOST_ACCESS, value: 'true', reason: `nothing that mode ${mode} allows: sandboxes reach the wire alone`, mend });
}
