/** Where every runtime of CNI keeps what it added, unless it is told otherwise. */
export const DEFAULT_CACHE = '/var/lib/cni';
