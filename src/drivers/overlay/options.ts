import { failure } from '../../base/error.js';
import { announceOptions } from '../../model/announce-options.js';
import { commonEndpointOptions } from '../../model/endpoint-options.js';
import type { Encryption } from '../../model/driver.js';
import { MTU } from '../../model/mtu.js';
import { WIREGUARD_PORT } from '../../resource/wireguard.js';
import { flag, interfacePrefix, type OptionSpec, type OptionValues, wholeNumber } from '../../model/options.js';

/** IANA's for VXLAN (RFC 7348 §5). */
const PORT = 4789;
/** That of encrypted networks, and of no other: a policy by port alone keeps all of them from going in the clear, whatever becomes of rules. */
const ENCRYPTED_PORT = 14_789;
/** VNIs below are left to people, as with Docker; 24 bits are all there are. */
export const FIRST_VNI = 4096;
export const LAST_VNI = 0xff_ff_ff;

const VNIS = 'com.docker.network.driver.overlay.vxlanid_list';
const UDP_PORT = 'com.fairlead.vxlan_port';
const ENCRYPTED = 'encrypted';
const NAMES = 'com.fairlead.names';
const PREFIX = 'com.docker.network.container_iface_prefix';

// Docker's is there or not, which means IPsec.
const encryption: OptionSpec<Encryption | undefined> = {
  fallback: undefined,
  help: 'what hosts send to each other goes by ipsec, or by wireguard (default: neither; without a value: ipsec)',
  parse: (text) => {
    if (text === 'ipsec' || text === 'wireguard') return { value: text };
    const parsed = text === '' ? { value: true } : flag(false, '').parse(text);
    return 'value' in parsed ? { value: parsed.value ? 'ipsec' : undefined } : { wanted: 'write ipsec, wireguard or false' };
  },
};

/** The options of an overlay network, under Docker's names. */
export const networkOptions = {
  [VNIS]: vni('VXLAN network identifier, 1 to 16777215 (default: a free one from 4096 on)'),
  [UDP_PORT]: { ...wholeNumber(1024, 65535, 'UDP port by which hosts send to each other (default: 4789)'), fixed: true as const },
  [ENCRYPTED]: { ...encryption, fixed: true as const },
  [NAMES]: { ...flag(false, "names are answered at the network's gateway address, for containers of other engines (default: false)"), fixed: true as const },
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
  readonly encrypted: Encryption | undefined;
  /** Whether names are answered at the gateways' addresses. */
  readonly names: boolean;
  /** Of the path between hosts, in bytes; `undefined` is that of the underlay's link. */
  readonly mtu: number | undefined;
  readonly prefix: string;
}

/** The names of the driver's users, made ours. Throws `option-invalid`. */
export const overlayOptions = (values: OptionValues<typeof networkOptions>): OverlayOptions => ({
  vni: values[VNIS],
  port: portOf(values[ENCRYPTED], values[UDP_PORT]),
  encrypted: values[ENCRYPTED],
  names: values[NAMES],
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

function portOf(encrypted: Encryption | undefined, asked: number | undefined): number {
  const invalid = (reason: string, mend: string) => failure('option-invalid', { option: UDP_PORT, value: String(asked), reason, mend });
  const own = encrypted === 'wireguard' ? WIREGUARD_PORT : ENCRYPTED_PORT;
  if (encrypted && asked !== undefined && asked !== own) throw invalid('encrypted networks have their own', `leave it out: ${own}`);
  if (!encrypted && (asked === ENCRYPTED_PORT || asked === WIREGUARD_PORT))
    throw invalid('the port of encrypted networks', 'choose another, or encrypt the network: -o encrypted');
  // Within WireGuard nobody else has a port.
  return encrypted === 'ipsec' ? ENCRYPTED_PORT : encrypted ? PORT : (asked ?? PORT);
}
