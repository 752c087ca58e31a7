// Numbers of the DNS protocol (IANA, "Domain Name System (DNS) Parameters").

/** Types of records and of questions. */
export const rrType = {
  a: 1,
  cname: 5,
  soa: 6,
  ptr: 12,
  aaaa: 28,
  srv: 33,
  opt: 41,
  tkey: 249,
  axfr: 252,
  any: 255,
} as const;

/** The class of the Internet (RFC 1035 §3.2.4). */
export const classIn = 1;

/** How an answer came out. What is above 15 needs an OPT record to be said (RFC 6891 §6.1.3). */
export const rcode = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

/** Bits of the header's second word (RFC 1035 §4.1.1, RFC 4035 §3). */
export const flag = {
  response: 0x8000,
  opcode: 0x7800,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authenticData: 0x0020,
  checkingDisabled: 0x0010,
} as const;

/** Octets of a header. */
export const headerLength = 12;

/** What a datagram may hold when nothing else is agreed (RFC 1035 §4.2.1). */
export const plainPayload = 512;

/** What we take in a datagram: no fragment on a path of 1280 octets (RFC 9715 §3.2). */
export const ourPayload = 1232;

/** What a message over TCP may hold: its length travels as two octets (RFC 1035 §4.2.2). */
export const streamPayload = 65_535;
