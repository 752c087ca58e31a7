import type { Field } from '../../cni/wire/field.js';
import { MTU } from '../../model/mtu.js';
import { PARENT } from '../../model/publishing.js';
import { unsupported } from './keys.js';
import type { DriverWish } from './wish.js';

/** The words of CNI's plugins `macvlan` and `ipvlan`. */
export const upperKeys = ['master', 'mode', 'mtu', 'mac', 'linkInContainer', 'bcqueuelen'] as const;

const MOST_MTU = 65_535;

/** What a configuration says of a link upon another: of `macvlan` and `ipvlan`. Throws `cni-malformed` and `cni-unsupported`. */
export const readUpper =
  (modeOption: string) =>
  (config: Field): DriverWish => {
    if (config.at('linkInContainer').yes()) throw unsupported('linkInContainer', 'links stand upon those of the host', 'name one of the host in "master"');
    if (!config.at('bcqueuelen').missing) throw unsupported('bcqueuelen', 'the queue is as long as the kernel has it', 'leave it out');
    const [master, mode, mac] = ['master', 'mode', 'mac'].map((key) => config.at(key).optionalText());
    const mtu = config.at('mtu').optionalInteger(0, MOST_MTU);
    const options = {
      ...(master !== undefined && { [PARENT]: master }),
      ...(mode !== undefined && { [modeOption]: mode }),
      ...(mtu && { [MTU]: String(mtu) }),
    };
    // The machine that leads out is one on the wire.
    return { options, endpointOptions: {}, gateway: false, leadsOut: false, ...(mac !== undefined && { mac }) };
  };
