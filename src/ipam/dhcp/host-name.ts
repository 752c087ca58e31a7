/** What a server may put into its zone of an endpoint's name (RFC 1123 §2.1). A name that could be none is not told. */
export function hostName(name: string): string | undefined {
  const label = name.replaceAll(/[._]/g, '-').replace(/-+$/, '').slice(0, 63);
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(label) ? label : undefined;
}
