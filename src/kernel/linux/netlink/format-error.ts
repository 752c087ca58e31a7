/** Bytes that are no netlink message of the form that was expected. Never seen from a sound kernel. */
export class NetlinkFormatError extends Error {
  override readonly name = 'NetlinkFormatError';
}
