import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { version } from '../../base/version.js';
import type { TcpPlace } from '../../http/place.js';
import type { Listening } from '../../http/serve.js';
import { createFairlead, type Fairlead } from '../../index.js';
import { serveLibnetwork } from '../libnetwork/server.js';
import { columns } from './listing.js';
import { main } from './main.js';
import { DEFAULT_HOST, parseDnetHost } from './place.js';

let fairlead: Fairlead;
let served: Listening;
beforeAll(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  served = await serveLibnetwork({ fairlead, place: { host: '127.0.0.1', port: 0 }, defaults: { network: 'bridge', driver: 'bridge' } });
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await fairlead[Symbol.asyncDispose]();
});

/** What is printed, ids as IDn, and the status where it is not 0. */
const names = new Map<string, string>();
beforeEach(() => names.clear());
async function dnet(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const status = await main(['-H', `tcp://127.0.0.1:${(served.place as TcpPlace).port}`, ...words], (line) => lines.push(line));
  const named = (id: string) => {
    const key = id.slice(0, 12);
    if (!names.has(key)) names.set(key, `ID${names.size + 1}`);
    return names.get(key) ?? '';
  };
  const text = lines.join('\n').replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b/g, named);
  return status === 0 ? text : `${text} [${status}]`;
}

it('manages networks', async () => {
  expect(
    await dnet('network', 'create', '-d', 'bridge', '-o', 'com.docker.network.driver.mtu=1400,com.docker.network.bridge.enable_icc=false', '--internal', 'web'),
  ).toBe('ID1');
  expect(await fairlead.networks.get('web')).toMatchObject({
    internal: true,
    options: { 'com.docker.network.driver.mtu': '1400', 'com.docker.network.bridge.enable_icc': 'false' },
  });
  expect(await dnet('network', 'create', '--subnet', '10.5.0.0/24', '--ip-range', '10.5.0.64/26', '--ipv6', '--id', 'ab'.repeat(32), 'six')).toBe('ID2');
  expect(await fairlead.networks.get('six')).toMatchObject({ ipv6: true, id: 'ab'.repeat(32), pools: [{ range: '10.5.0.64/26' }, { family: 6 }] });
  const listed = (await dnet('network', 'ls', '-l', '-n', '3')).split('\n');
  expect(listed[0]).toBe('NETWORK ID          NAME                TYPE');
  expect(listed.find((line) => line.includes('web'))).toMatch(/^ID1 +web {17}bridge$/);
  expect((await dnet('network', 'ls', '-q')).split('\n')).toEqual(expect.arrayContaining(['ID1', 'ID2']));
  expect(await dnet('network', 'info', 'web')).toBe('Network Id: ID1\nName: web\nType: bridge');
  expect(await dnet('network', 'info', 'ab'.repeat(5))).toContain('Name: six');
  expect(await dnet('network', 'info', 'absent')).toBe('resource not found absent [1]');
  expect(await dnet('network', 'create', 'web')).toBe('error : network with name web already exists [1]');
  expect(await dnet('network', 'rm', 'six')).toBe('');
});

it('publishes services, attaches and detaches them', async () => {
  expect(await dnet('container', 'create', 'c1')).toBe('ID1');
  expect(await dnet('service', 'publish', '--alias', 'a', '--alias', 'b', 'db.web')).toBe('ID2');
  expect((await fairlead.endpoints.get('web/db')).aliases).toEqual(['a', 'b']);
  expect(await dnet('service', 'attach', '--alias', 'db:mine', 'c1', 'db.web')).toBe('');
  expect((await fairlead.endpoints.get('web/db')).links).toEqual({ mine: 'db' });
  const [header, line] = (await dnet('service', 'ls', '--network', 'web')).split('\n');
  expect(header?.split(/ {2,}/)).toEqual(['SERVICE ID', 'NAME', 'NETWORK', 'CONTAINER', 'SANDBOX']);
  expect(line?.split(/ +/)).toEqual(['ID2', 'db', 'web', 'c1', 'ID1']);
  expect(await dnet('service', 'info', 'db.web')).toBe('Service Id: ID2\n\tName: db\n\tNetwork: web');
  expect(await dnet('service', 'attach', 'c1', 'db.web')).toBe('error : another container is attached to the same network endpoint [1]');
  expect(await dnet('service', 'unpublish', 'db.web')).toEqual(expect.stringMatching(/^error : service with name db id ID\d+ has active containers \[1\]$/));
  expect(await dnet('network', 'rm', 'web')).toEqual(expect.stringMatching(/^error : network web id ID\d+ has active endpoints \[1\]$/));
  expect(await dnet('service', 'detach', 'c1', 'db.web')).toBe('');
  expect(await dnet('service', 'unpublish', '-f', 'db.web')).toBe('');
  expect(await dnet('service', 'ls', '-q')).toBe('');
  expect(await dnet('container', 'rm', 'c')).toBe('');
  expect(await dnet('container', 'rm', 'c1')).toBe('No sandbox for container c1 found [1]');
});

it('touches nothing that was not named', async () => {
  await dnet('network', 'create', 'aa');
  await dnet('container', 'create', 'c2');
  await dnet('container', 'create', 'my.box');
  await dnet('service', 'publish', 'only.aa');
  // The server passes over a query that is no name, and answers all there are.
  for (const ref of ['no.such', '']) expect(await dnet('container', 'rm', ref)).toBe(`No sandbox for container ${ref} found [1]`);
  expect(await dnet('network', 'rm', 'no.such')).toBe('resource not found no.such [1]');
  expect(await dnet('network', 'info', 'no.such')).toBe('resource not found no.such [1]');
  expect(await dnet('service', 'unpublish', 'b.c.aa')).toBe('Service b.c not found on network aa [1]');
  expect(await dnet('service', 'unpublish', '.aa')).toBe('Service  not found on network aa [1]');
  expect(await dnet('service', 'attach', 'no.box', 'only.aa')).toBe('resource not found no.box [1]');
  expect(await dnet('service', 'attach', 'my.box', 'only.aa')).toBe('');
  expect((await fairlead.sandboxes.list()).map(({ name }) => name).sort()).toEqual(['c2', 'my.box']);
  for (const name of ['c2', 'my.box']) expect(await dnet('container', 'rm', name)).toBe('');
  expect(await dnet('network', 'rm', 'aa')).toBe('');
});

it('takes flags in the forms of the original’s', async () => {
  await dnet('network', 'create', '-d=bridge', '--internal=true', '--ipv6=false', '--opt=com.docker.network.driver.mtu=1400', 'shut');
  expect(await fairlead.networks.get('shut')).toMatchObject({ internal: true, ipv6: false, options: { 'com.docker.network.driver.mtu': '1400' } });
  expect((await dnet('network', 'ls', '-q=true', '--no-trunc=false')).split('\n')[0]).toMatch(/^ID\d+$/);
  expect(await dnet('-l=bogus', 'network', 'ls')).toBe('Unable to parse logging level: bogus [1]');
  expect(await dnet('network', 'ls', '-q=maybe')).toMatch(/unknown option/);
  expect(await dnet('network', 'rm', 'shut')).toBe('');
});

it('says what is wrong on standard output', async () => {
  expect(await dnet('service', 'publish', 'x.absent')).toBe('error : Resource not found: Network [1]');
  expect(await dnet('service', 'info', 'x.absent')).toBe('Network absent does not exist [1]');
  expect(await dnet('service', 'info', 'x.web')).toBe('Service x not found on network web [1]');
  expect(await dnet('service', 'attach', 'nobody', 'x.web')).toBe('resource not found nobody [1]');
  expect(await dnet('-l', 'odd', 'network', 'ls')).toBe('Unable to parse logging level: odd [1]');
  expect(await dnet('network', 'create')).toBe("error: missing required argument 'NETWORK' [1]");
  expect(await dnet('bogus')).toBe("dnet: 'bogus' is not a dnet command. See 'dnet --help'. [1]");
  expect(await dnet('network', 'ls', 'more')).toMatch(/too many arguments/);
  const lines: string[] = [];
  expect(await main(['-H', 'tcp://127.0.0.1:1', 'network', 'ls'], (line) => lines.push(line))).toBe(1);
  expect(await main(['-H', 'unix:///run/x', 'network', 'ls'], (line) => lines.push(line))).toBe(1);
  expect(lines).toEqual([expect.stringMatching(/^error when trying to connect: /), 'dnet currently only supports tcp transport']);
});

it('says its version, without a daemon', async () => {
  for (const flag of ['-v', '--version']) expect(await dnet(flag)).toBe(`dnet version ${version}`);
});

it('knows hosts as the original writes them', () => {
  expect(parseDnetHost(DEFAULT_HOST)).toEqual({ host: '0.0.0.0', port: 2385 });
  expect(parseDnetHost('tcp://10.0.0.1')).toEqual({ host: '10.0.0.1', port: 2375 });
  expect(parseDnetHost(':99')).toEqual({ host: '0.0.0.0', port: 99 });
  for (const text of ['tcp://a:b', 'tcp://a:99999', 'tcp://[x]:1']) expect(() => parseDnetHost(text)).toThrow('Invalid bind address');
});

it('sets columns at least 20 wide', () => {
  expect(
    columns([
      ['A', 'B'],
      ['x'.repeat(25), 'y'],
    ]),
  ).toBe(`A${' '.repeat(27)}B\n${'x'.repeat(25)}   y`);
});
