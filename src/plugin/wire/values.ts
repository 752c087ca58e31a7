import { z } from 'zod';
import { text } from '../../base/go-json.js';
import { parseInterfaceAddress } from '../../ip/interface-address.js';
import { parseIp } from '../../ip/ip.js';
import { macBytes, macFromBytes, parseMac } from '../../ip/mac.js';
import { parsePrefixLoose } from '../../ip/prefix.js';
import type { Mac } from '../../ip/types.js';

/** A number of a port; 0 without. */
export const port = z
  .int()
  .min(0)
  .max(65535)
  .nullish()
  .transform((value) => value ?? 0);

/** The name that one side gave a thing: it is sent back as it came, and no empty one is a name. */
export const reference = z.string().min(1).max(1024);

// The empty text stands for none, as Go prints an address that is not there.
const parsed = <T>(parse: (written: string) => T | undefined, complaint: string) =>
  text.transform((written, context) => {
    if (written === '') return undefined;
    const value = parse(written);
    if (value === undefined) context.addIssue({ code: 'custom', message: `"${written.slice(0, 60)}" is ${complaint}` });
    return value;
  });

/** An address; none for the empty text. */
export const ip = parsed(parseIp, 'no address');

/** A network, whatever bits stand behind its length; none for the empty text. */
export const prefix = parsed(parsePrefixLoose, 'no network');

/** An address with the length of its network; none for the empty text. */
export const address = parsed(parseInterfaceAddress, 'no address with a length');

/** A MAC address; none for the empty text. */
export const mac = parsed(parseMac, 'no MAC address');

/** The six octets in base64, as Go writes bytes: how the same address stands among options. */
export const macOctets = parsed((written) => {
  const octets = Buffer.from(written, 'base64');
  return octets.length === 6 && octets.toString('base64') === written ? macFromBytes(octets) : undefined;
}, 'not the six octets of a MAC address in base64');

/** What `macOctets` reads. */
export const octetsOf = (of: Mac): string => Buffer.from(macBytes(of)).toString('base64');
