import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silent } from '../base/log.js';
import { createFairlead } from '../index.js';
import { facesOf, renew, serveFaces } from './faces.js';

const made = (name: string) => new URL(`../../test/tool/tls/${name}`, import.meta.url);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-faces-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = { tlsCert: 'cert.pem', tlsKey: 'key.pem', tlsCa: 'ca.pem' } as const;
const paths = () => Object.fromEntries(Object.entries(files).map(([flag, name]) => [flag, join(folder, name)]));
const put = (name: string) => {
  copyFileSync(made(`${name}.pem`), join(folder, files.tlsCert));
  copyFileSync(made(`${name}.key`), join(folder, files.tlsKey));
};

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  return port;
}

async function shown(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => {});
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

it('take their certificates from the files again, and keep those before where the new ones are of no use', async () => {
  put('server');
  copyFileSync(made('ca.pem'), join(folder, files.tlsCa));
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  const port = await freePort();
  const flags = { listen: `tcp://127.0.0.1:${port}`, ...paths() };
  await using served = await serveFaces(facesOf(flags), fairlead, silent);
  const said: string[] = [];
  const log = { ...silent, error: (what: string) => said.push(what), info: (what: string) => said.push(what) };
  const again = async () => {
    renew(served, flags, log);
    return [await shown(port), said.pop()];
  };
  const before = await shown(port);
  put('named');
  const [after, fine] = await again();
  expect(after).not.toBe(before);
  expect(fine).toContain('have been read again');
  copyFileSync(made('server.key'), join(folder, files.tlsKey));
  expect(await again()).toEqual([after, expect.stringContaining('those before stay')]);
  writeFileSync(join(folder, files.tlsCert), 'nonsense');
  expect(await again()).toEqual([after, expect.stringContaining('those before stay')]);
  rmSync(join(folder, files.tlsCa));
  expect(await again()).toEqual([after, expect.stringContaining('those before stay')]);
  put('server');
  copyFileSync(made('ca.pem'), join(folder, files.tlsCa));
  expect(await again()).toEqual([before, expect.stringContaining('have been read again')]);
});
