/** What of Node's report of itself is of use here; its types know nothing of that. */
interface Report {
  /** Without it the names of all who are connected are asked for, and waited for. Since Node 20.13. */
  excludeNetwork: boolean;
  getReport(): { readonly userLimits: { readonly open_files: { readonly soft: number | 'unlimited' } } };
}

/**
 * How many files this process may have open (RLIMIT_NOFILE). Node tells without opening any: where no descriptor is left, /proc cannot be read. It takes some
 * milliseconds.
 */
export function mostOpenFiles(): number {
  const report = process.report as unknown as Report;
  report.excludeNetwork = true;
  const { soft } = report.getReport().userLimits.open_files;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft;
}
