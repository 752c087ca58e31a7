import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { printAddress } from './address.js';
import { findPlugin } from './find-plugin.js';
import { parseJsonSpec, parseSpec } from './spec.js';

let top: string;
let servers: Server[];
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'fairlead-find-'));
  for (const dir of ['run', 'etc']) mkdirSync(join(top, dir));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(top, { recursive: true });
});
const listen = (path: string) =>
  new Promise<void>((resolve) => {
    servers.push(createServer().listen(join(top, path), () => resolve()));
  });
const found = async (name: string) => {
  const address = await findPlugin(name, [join(top, 'run'), join(top, 'etc')]);
  return address && printAddress(address).replace(top, '');
};

describe('a plugin is found', () => {
  it('by its socket, before all others', async () => {
    writeFileSync(join(top, 'etc', 'weave.spec'), 'tcp://127.0.0.1:9000\n');
    expect(await found('weave')).toBe('tcp://127.0.0.1:9000');
    await listen('run/weave.sock');
    expect(await found('weave')).toBe('unix:///run/weave.sock');
  });

  it('in a folder of its own name', async () => {
    mkdirSync(join(top, 'run', 'weave'));
    await listen('run/weave/weave.sock');
    expect(await found('weave')).toBe('unix:///run/weave/weave.sock');
  });

  it('by .spec before .json', async () => {
    writeFileSync(join(top, 'etc', 'p.json'), '{"Name":"p","Addr":"https://[2001:db8::7]:9443","TLSConfig":{"InsecureSkipVerify":true}}');
    expect(await found('p')).toBe('https://[2001:db8::7]:9443');
    writeFileSync(join(top, 'etc', 'p.spec'), 'unix:///run/p.sock');
    expect(await found('p')).toBe('unix:///run/p.sock');
  });

  it('by a symbolic link', async () => {
    await listen('etc/there.sock');
    symlinkSync(join(top, 'etc', 'there.sock'), join(top, 'run', 'linked.sock'));
    expect(await found('linked')).toBe('unix:///run/linked.sock');
    writeFileSync(join(top, 'there'), 'tcp://127.0.0.1:9000');
    symlinkSync(join(top, 'there'), join(top, 'run', 'written.spec'));
    expect(await found('written')).toBe('tcp://127.0.0.1:9000');
    symlinkSync('/absent', join(top, 'run', 'broken.sock'));
    expect(await found('broken')).toBe(undefined);
  });

  it('by whatever file the first directory has', async () => {
    writeFileSync(join(top, 'run', 'p.json'), '{"Addr":"tcp://127.0.0.1:1"}');
    writeFileSync(join(top, 'etc', 'p.spec'), 'tcp://127.0.0.1:2');
    expect(await found('p')).toBe('tcp://127.0.0.1:1');
  });

  it('not where there is none of its name, nor by what is no name', async () => {
    await listen('run/weave.sock');
    writeFileSync(join(top, 'run', 'plain.sock'), '');
    symlinkSync('/etc', join(top, 'run', 'folder.spec'));
    for (const name of ['weav', 'plain', 'folder', '../run/weave', 'run/weave', '', '.', '..', 'weave\0', 'a'.repeat(5000)])
      expect(await found(name)).toBe(undefined);
  });
});

describe('a file that says where a plugin is', () => {
  const invalid = (parse: () => unknown) => expect(parse).toThrow(expect.objectContaining({ code: 'plugin-spec-invalid' }));

  it.each([
    '',
    'weave.sock',
    '/run/weave.sock',
    'ftp://h:1',
    'tcp://host',
    'tcp://host:0',
    'tcp://host:65536',
    'tcp://a b:1',
    'unix://run/p.sock',
    'tcp://h:1/path',
  ])('is none that says "%s"', (line) => invalid(() => parseSpec('p.spec', line)));

  it('is none whose TLS files are not there', () => {
    invalid(() => parseJsonSpec('p.json', JSON.stringify({ Addr: 'https://h:1', TLSConfig: { CAFile: join(top, 'ca.pem') } })));
    invalid(() => parseJsonSpec('p.json', '{"Addr":7}'));
    invalid(() => parseJsonSpec('p.json', '{'));
  });

  it('trusts whoever answers where no authority is named, as Docker does', () => {
    expect(parseJsonSpec('p.json', '{"addr":"https://h:1","TLSConfig":{}}')).toEqual({ host: 'h', port: 1, tls: { trusting: true } });
    expect(parseSpec('p.spec', 'https://h:1')).toEqual({ host: 'h', port: 1, tls: { trusting: false } });
  });

  it('is read or refused, whatever it holds', () => {
    const settles = (parse: () => unknown) => {
      try {
        expect(parse()).toBeTypeOf('object');
      } catch (error) {
        expect(FairleadError.is(error) && error.code).toBe('plugin-spec-invalid');
      }
    };
    const scheme = fc.constantFrom('unix://', 'tcp://', 'https://', 'http://', '');
    const line = fc.tuple(scheme, fc.string()).map((parts) => parts.join(''));
    fc.assert(
      fc.property(line, fc.json(), (text, content) => {
        settles(() => parseSpec('f', text));
        settles(() => parseJsonSpec('f', content));
        settles(() => parseJsonSpec('f', JSON.stringify({ Addr: text })));
      }),
    );
  });
});
