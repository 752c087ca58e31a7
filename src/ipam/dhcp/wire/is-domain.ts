/** Whether a name from outside may stand in a sandbox's resolv.conf: letters, digits, hyphens and underscores between dots (RFC 1123 §2.1). */
export const isDomain = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i.test(name);
