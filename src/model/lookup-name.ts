const FORM = /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?$/;
const LONGEST = 253; // in text, of the 255 octets of RFC 1035 §3.1
const LONGEST_LABEL = 63; // RFC 1035 §2.3.4

/** Whether a name means loopback wherever it is looked up (RFC 6761 §6.3): nobody would be found by it. */
export const isLoopbackName = (name: string): boolean => /(^|\.)localhost\.?$/i.test(name);

/** Whether a name has the form of one that can be asked of a resolver. */
export const isLookupForm = (name: string): boolean =>
  name.length <= LONGEST && FORM.test(name) && name.split('.').every((label) => label.length > 0 && label.length <= LONGEST_LABEL);
