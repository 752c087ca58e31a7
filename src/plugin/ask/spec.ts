import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { failure } from '../../base/error.js';
import { text, yes, struct } from '../../base/go-json.js';
import type { PluginAddress, PluginTls } from './address.js';

// A schema and what is reached by it; `http` is an alias of `tcp`.
const SCHEMES = new Set(['unix', 'tcp', 'http', 'https']);

/** Where a plugin answers by the line of its `.spec` file: `unix:///run/weave.sock`, `tcp://127.0.0.1:9000`. Throws `plugin-spec-invalid`. */
export function parseSpec(file: string, content: string): PluginAddress {
  return parseAddress(file, content.trim());
}

const tlsConfig = struct({ InsecureSkipVerify: yes, CAFile: text, CertFile: text, KeyFile: text });
const jsonSpec = struct({ Name: text, Addr: text, TLSConfig: z.union([z.null(), z.undefined(), tlsConfig]) });

/** The same of its `.json` file. Throws `plugin-spec-invalid`. */
export function parseJsonSpec(file: string, content: string): PluginAddress {
  const read = jsonSpec.safeParse(asJson(file, content));
  if (!read.success) throw invalid(file, read.error.issues[0]?.message ?? 'a wrong form');
  const { Addr, TLSConfig: tls } = read.data;
  const address = parseAddress(file, Addr);
  if (!tls || 'socket' in address) return address;
  return { ...address, tls: readFiles(file, tls) };
}

function parseAddress(file: string, line: string): PluginAddress {
  const scheme = /^([a-z]+):\/\//.exec(line)?.[1];
  if (scheme === undefined || !SCHEMES.has(scheme))
    throw invalid(file, `"${line.slice(0, 80)}" is no address of the forms unix://PATH, tcp://HOST:PORT and https://HOST:PORT`);
  if (scheme === 'unix') return { socket: absolute(file, line.slice('unix://'.length)) };
  const [, bracketed, bare, port] = /^[a-z]+:\/\/(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})\/?$/.exec(line) ?? [];
  const host = bracketed ?? bare;
  if (host === undefined || Number(port) === 0 || Number(port) > 65535) throw invalid(file, `"${line.slice(0, 80)}" names no host and port`);
  return { host, port: Number(port), ...(scheme === 'https' && { tls: { trusting: false } }) };
}

function absolute(file: string, path: string): string {
  if (path.startsWith('/')) return path;
  throw invalid(file, `"${path.slice(0, 80)}" is no absolute path`);
}

function readFiles(file: string, { InsecureSkipVerify, CAFile, CertFile, KeyFile }: z.infer<typeof tlsConfig>): PluginTls {
  const pem = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (cause) {
      throw invalid(file, `${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`);
    }
  };
  return {
    trusting: InsecureSkipVerify || CAFile === '',
    ...(CAFile !== '' && { ca: pem(CAFile) }),
    ...(CertFile !== '' && { cert: pem(CertFile) }),
    ...(KeyFile !== '' && { key: pem(KeyFile) }),
  };
}

function asJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw invalid(file, 'it is no JSON');
  }
}

const invalid = (file: string, reason: string) => failure('plugin-spec-invalid', { file, reason });
