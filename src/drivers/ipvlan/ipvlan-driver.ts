import { failure } from '../../base/error.js';
import type { Driver, Scene } from '../../model/driver.js';
import type { Kind } from '../upper/kind.js';
import { HOST_ACCESS, readUpper } from '../upper/options.js';
import { upperDriver } from '../upper/upper-driver.js';
import { FLAG, type IpvlanOptions, MODE, networkOptions } from './options.js';

const ipvlan: Kind<IpvlanOptions> = {
  spec: (parent, { mode, flag }) => ({ type: 'ipvlan', parent, mode, flag }),
  use: ({ mode, flag }) => ({ as: 'ipvlan', how: `${mode} ${flag}` }),
  nowhere: 'di-',
  ownMac: () => false,
  alone: () => false,
  // In l3 nobody answers for a gateway's address: there are no neighbours.
  viaGateway: ({ mode }) => mode === 'l2',
};

/** The driver `ipvlan`: sandboxes are on a wire of the host's by themselves, all with the MAC address of their parent. */
export const ipvlanDriver: Driver<IpvlanOptions> = upperDriver(
  'ipvlan',
  networkOptions,
  ipvlan,
  (values) => ({ ...readUpper(values), mode: values[MODE], flag: values[FLAG] }),
  refuseDeaf,
);

// With the other flags a parent passes nothing between links upon it.
function refuseDeaf({ options: { hostAccess, flag } }: Scene<IpvlanOptions>): void {
  if (!hostAccess || flag === 'bridge') return;
  const mend = `leave one of the two out: ${FLAG}, or ${HOST_ACCESS}`;
  throw failure('option-invalid', { option: HOST_ACCESS, value: 'true', reason: `nothing that ${FLAG} ${flag} allows: sandboxes reach the wire alone`, mend });
}
