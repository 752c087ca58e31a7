import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure, type FairleadError } from '../../base/error.js';
import type { Facts, Json } from '../../base/json.js';
import { makeDirectory } from '../../base/make-directory.js';
import { type Attachment, isCniInterface, isCniName } from '../wire/environment.js';
import { Field } from '../wire/field.js';
import { parseResult } from '../wire/parse-result.js';
import { printResult } from '../wire/print-result.js';
import type { CniResult } from '../wire/result.js';
import { type CniVersion, newestOf, cniVersions } from '../wire/versions.js';
import type { CapabilityArgs } from './chain.js';

/** An attachment that was added, and how. */
export interface Cached {
  readonly network: string;
  readonly attachment: Attachment;
  /** The network's configuration when it was added, as text; none in files of libcni's first form. */
  readonly config?: string;
  readonly capabilities: CapabilityArgs;
  readonly result?: CniResult;
}

const KIND = 'cniCacheV1';

/** What was added, kept in files as libcni keeps them, so that either takes down what the other made. */
export class Cache {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Keeps an attachment. Throws `cni-cache-denied`. */
  save({ network, attachment, config, capabilities, result }: Cached, version: CniVersion): void {
    const { containerId, ifName, netns, args } = attachment;
    const said = {
      kind: KIND,
      containerId,
      config: Buffer.from(config ?? '').toString('base64'),
      ifName,
      networkName: network,
      ...(netns !== undefined && { netns }),
      ...(args.length > 0 && { cniArgs: args }),
      ...(Object.keys(capabilities).length > 0 && { capabilityArgs: sorted(capabilities) }),
      ...(result && { result: sorted(printResult(result, version)) }),
    };
    // Made beside the folder that is listed, then put into it whole.
    const fresh = join(this.#directory, `.${network}-${containerId}-${ifName}.${process.pid}`);
    this.#try(() => {
      makeDirectory(this.#results, 0o700);
      writeFileSync(fresh, JSON.stringify(said), { mode: 0o600 });
      renameSync(fresh, this.#file(network, attachment));
    });
  }

  /** What is kept of an attachment. Throws `cni-cache-denied` and `cni-malformed`. */
  load(network: string, attachment: Attachment): Cached | undefined {
    const file = this.#file(network, attachment);
    const text = this.#try(() => ifThere(() => readFileSync(file, 'utf8')));
    return text === undefined ? undefined : (parseCached(text, file) ?? legacy(text, file, network, attachment));
  }

  /** Forgets an attachment. Throws `cni-cache-denied`. */
  drop(network: string, attachment: Attachment): void {
    this.#try(() => rmSync(this.#file(network, attachment), { force: true }));
  }

  /** All that is kept of a network, and what is wrong with files of it that are broken. What is no file of the cache is passed over. Throws `cni-cache-denied`. */
  all(network: string): { readonly kept: readonly Cached[]; readonly broken: readonly unknown[] } {
    const names = this.#try(() => ifThere(() => readdirSync(this.#results))) ?? [];
    const [kept, broken]: [Cached[], unknown[]] = [[], []];
    for (const name of names.filter((each) => each.startsWith(`${network}-`))) {
      const file = join(this.#results, name);
      const text = this.#try(() => ifThere(() => readFileSync(file, 'utf8')));
      try {
        const cached = text === undefined ? undefined : parseCached(text, file);
        if (cached?.network === network) kept.push(cached);
      } catch (error) {
        broken.push(error);
      }
    }
    return { kept, broken };
  }

  get #results(): string {
    return join(this.#directory, 'results');
  }

  #file(network: string, { containerId, ifName }: Attachment): string {
    return join(this.#results, `${network}-${containerId}-${ifName}`);
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw denied(this.#directory, error);
    }
  }
}

/** A file of the cache; nothing where it is of another form. Throws `cni-malformed`. */
export function parseCached(text: string, file: string): Cached | undefined {
  const field = Field.parse(text, file);
  if (field.at('kind').json() !== KIND) return undefined;
  const [said, capabilities] = [field.at('result'), field.at('capabilityArgs')];
  const result = said.missing ? undefined : parseResult(said, NEWEST);
  // Older writers left the namespace out; the result has it.
  const netns = field.at('netns').optionalText() ?? result?.interfaces.find(({ sandbox }) => sandbox !== undefined)?.sandbox;
  const network = field.at('networkName').required((each) => (isCniName(each) ? each : undefined), 'a name of a network');
  return {
    network,
    config: Buffer.from(field.at('config').optionalText() ?? '', 'base64').toString('utf8'),
    capabilities: capabilities.missing ? {} : capabilities.facts(),
    attachment: {
      containerId: field.at('containerId').required((each) => (isCniName(each) ? each : undefined), 'a container id'),
      ifName: field.at('ifName').required((each) => (isCniInterface(each) ? each : undefined), 'a name of an interface'),
      args: field.at('cniArgs').list().map(readArg),
      ...(netns !== undefined && { netns }),
    },
    ...(result && { result }),
  };
}

const NEWEST = newestOf(cniVersions) ?? '1.1.0';

function readArg(field: Field): readonly [string, string] {
  const [key, value, ...more] = field.list();
  if (!key || !value || more.length > 0) throw field.wrong('is no pair');
  return [key.text(), value.optionalText() ?? ''];
}

// The first form was the result alone.
const legacy = (text: string, file: string, network: string, attachment: Attachment): Cached => ({
  network,
  attachment,
  capabilities: {},
  result: parseResult(Field.parse(text, file), NEWEST),
});

// As Go writes maps.
function sorted(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value as Facts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const denied = (directory: string, cause: unknown): FairleadError =>
  failure('cni-cache-denied', { directory, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
