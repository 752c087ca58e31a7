/** The versions of the specification, oldest first. */
export const cniVersions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;

/** A version of the specification that is spoken here. */
export type CniVersion = (typeof cniVersions)[number];

/** What a configuration means that names none (specification 1.1.0, "Configuration format"). */
export const UNNAMED_VERSION: CniVersion = '0.1.0';

/** Whether this is a version that is spoken here. */
export const isCniVersion = (text: string): text is CniVersion => cniVersions.some((version) => version === text);

/** Whether a version is this other one or newer. */
export const atLeast = (version: CniVersion, other: CniVersion): boolean => cniVersions.indexOf(version) >= cniVersions.indexOf(other);

/** The newest of those offered that is spoken here, if any. */
export const newestOf = (offered: Iterable<string>): CniVersion | undefined => {
  const known = new Set(offered);
  return cniVersions.findLast((version) => known.has(version));
};
