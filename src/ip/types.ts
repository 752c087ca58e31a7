// Addresses are canonical text (RFC 5952 for IPv6), branded so that only the parsers of this folder make them. Being text
// they compare with ===, serve as keys and are stored as they are.

/** An IPv4 or IPv6 address in canonical text. Made by `parseIp`. */
export type Ip = string & { readonly __brand: 'ip' };

/** A network: address and length, no host bits set, such as `10.0.0.0/24`. Made by `parsePrefix`. */
export type Prefix = string & { readonly __brand: 'prefix' };

/** An address of an interface with its network's length, such as `10.0.0.2/24`. Made by `interfaceAddress`. */
export type InterfaceAddress = string & { readonly __brand: 'interface-address' };

/** Six octets in lower-case hexadecimal with colons. Made by `parseMac` and `randomMac`. */
export type Mac = string & { readonly __brand: 'mac' };

/** The IP version. */
export type Family = 4 | 6;
