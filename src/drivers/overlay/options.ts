import { announceOptions } from '../../model/announce-options.js';
import { commonEndpointOptions } from '../../model/endpoint-options.js';
import { MTU } from '../../model/mtu.js';
import { interfacePrefix, type OptionSpec, type OptionValues, wholeNumber } from '../../model/options.js';

/** IANA's for VXLAN (RFC 7348 §5). */
const PORT = 4789;
/** VNIs below are left to people, as with Docker; 24 bits are all there are. */
export const FIRST_VNI = 4096;
export const LAST_VNI = 0xff_ff_ff;

const VNIS = 'com.docker.network.driver.overlay.vxlanid_list';
const UDP_PORT = 'com.fairlead.vxlan_port';
const PREFIX = 'com.docker.network.container_iface_prefix';

/** The options of an overlay network, under Docker's names. */
export const networkOptions = {
  [VNIS]: vni('VXLAN network identifier, 1 to 16777215 (default: a free one from 4096 on)'),
  [UDP_PORT]: { ...wholeNumber(1024, 65535, 'UDP port by which hosts send to each other (default: 4789)'), fixed: true as const },
  [MTU]: wholeNumber(576, 65535, 'MTU of the path between hosts in bytes (default: that of the link by which others reach this host)'),
  [PREFIX]: interfacePrefix('eth', 'how links are called in sandboxes, a number follows (default: eth)'),
  ...announceOptions,
};

/** The options of an endpoint on an overlay network. */
export const endpointOptions = { ...commonEndpointOptions };

/** The options of an overlay network, parsed. */
export interface OverlayOptions {
  readonly vni: number | undefined;
  readonly port: number;
  /** Of the path between hosts, in bytes; `undefined` is that of the underlay's link. */
  readonly mtu: number | undefined;
  readonly prefix: string;
}

/** The names of the driver's users, made ours. */
export const overlayOptions = (values: OptionValues<typeof networkOptions>): OverlayOptions => ({
  vni: values[VNIS],
  port: values[UDP_PORT] ?? PORT,
  mtu: values[MTU],
  prefix: values[PREFIX],
});

// Docker has one for each subnet; here all of a network share a segment.
function vni(help: string): OptionSpec<number | undefined> {
  return {
    fallback: undefined,
    help,
    fixed: true,
    parse: (text) => {
      const value = Number(text);
      return /^\d{1,8}$/.test(text) && value >= 1 && value <= LAST_VNI
        ? { value }
        : { wanted: `write one number from 1 to ${LAST_VNI}: a network has one segment` };
    },
  };
}
