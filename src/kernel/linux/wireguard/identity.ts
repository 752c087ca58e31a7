import type { WireguardResource } from '../../../resource/resource.js';
import type { Request } from '../request.js';
import { WG_CMD_SET_DEVICE, WG_KEY_LEN, WGDEVICE_A_IFNAME, WGDEVICE_A_LISTEN_PORT, WGDEVICE_A_PRIVATE_KEY } from './constants.js';
import { wireguardMessage } from './family.js';

/** `wg set LINK listen-port PORT private-key FILE`. EADDRINUSE where somebody else has the port, once the link is up. */
export const setIdentity = (family: number, { link, key, port }: WireguardResource): Request =>
  wireguardMessage(family, WG_CMD_SET_DEVICE, (m) =>
    m.attrString(WGDEVICE_A_IFNAME, link).attrU16(WGDEVICE_A_LISTEN_PORT, port).attr(WGDEVICE_A_PRIVATE_KEY, Buffer.from(key, 'base64')),
  );

/** `wg set LINK private-key /dev/null`: it is nobody, and says nothing to anybody. */
export const clearIdentity = (family: number, { link }: WireguardResource): Request =>
  wireguardMessage(family, WG_CMD_SET_DEVICE, (m) => m.attrString(WGDEVICE_A_IFNAME, link).attr(WGDEVICE_A_PRIVATE_KEY, new Uint8Array(WG_KEY_LEN)));
