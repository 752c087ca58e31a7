/**
 * Writing a plugin for networks or addresses, for Docker and for Fairlead: `import { servePlugin } from 'fairlead/plugin'`.
 *
 * @module
 */
export { servePlugin, type PluginService } from './serve/serve-plugin.js';
export type { IpamDriver, NetworkDriver, Plugin } from './serve/handlers.js';
export { parseInterfaceAddress } from '../ip/interface-address.js';
export { parseIp } from '../ip/ip.js';
export { parseMac, randomMac } from '../ip/mac.js';
export { parsePrefix } from '../ip/prefix.js';
