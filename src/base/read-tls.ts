import { readFileSync } from 'node:fs';
import { failure } from './error.js';

/** By what two ends of a connection know each other: PEM text. */
export interface Tls {
  readonly cert: string;
  /** The certificate's. */
  readonly key: string;
  /** Who signed the other's certificate. */
  readonly ca: string;
}

/** Of whom we know who signed the other's certificate; without one of our own. */
export type Trust = Pick<Tls, 'ca'> & Partial<Tls>;

/** Reads the three from the files of these names, and tries them. Throws `tls-unreadable`. */
export function readTls(files: Tls): Tls {
  const tls = { cert: readPem(files.cert), key: readPem(files.key), ca: readAuthority(files.ca) };
  // Loaded only where somebody asks for TLS: the command line starts often.
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  attempt(`${files.cert} and ${files.key}`, () => createSecureContext({ cert: tls.cert, key: tls.key }));
  return tls;
}

/** Reads and tries the certificate of who signs others'. Throws `tls-unreadable`. */
export function readAuthority(path: string): string {
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  const text = readPem(path);
  // A context passes over an authority that it cannot read.
  attempt(path, () => new X509Certificate(text));
  return text;
}

function readPem(path: string): string {
  const text = attempt(path, () => readFileSync(path, 'utf8'));
  if (!text.includes('-----BEGIN ')) throw failure('tls-unreadable', { path, reason: 'it is no PEM file' });
  return text;
}

// OpenSSL's errors have a `reason` without the place in its source.
function attempt<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const { reason, code, message } = cause as { readonly reason?: string; readonly code?: string; readonly message?: string };
    throw failure('tls-unreadable', { path, reason: reason ?? code ?? message ?? String(cause) }, { cause });
  }
}
