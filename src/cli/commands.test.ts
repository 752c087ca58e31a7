import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { overlay } from '../../test/tool/overlay.js';
import { serveApi } from '../api/server.js';
import { connectFairlead } from '../client/client.js';
import { createFairlead } from '../index.js';
import type { Fairlead } from '../model/fairlead.js';
import { main } from './main.js';

// The commands against the engine itself through its API, on the simulated kernel. The order matters.
let folder: string;
let fairlead: Fairlead;
let server: AsyncDisposable;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'));
  fairlead = await createFairlead({ kernel: 'simulated' });
  server = await serveApi({ fairlead, place: { path: join(folder, 'api.sock') }, version: '0.0.0' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await fairlead[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function run(words: readonly string[], options: Parameters<typeof fakeWorld>[0] = {}) {
  const world = fakeWorld({ connect: async () => connectFairlead(`unix://${join(folder, 'api.sock')}`), env: { PATH: '/usr/bin:/bin' }, ...options });
  const status = await main(words, world);
  return { status, ...world.taken() };
}

async function ok(...words: string[]): Promise<string> {
  const { status, out, err } = await run(words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
}

const ID = /^[0-9a-f]{64}$/;

describe('networks', () => {
  it('are created, their ids alone printed', async () => {
    expect(await ok('network', 'create', '--subnet', '10.64.0.0/24', '--label', 'tier=front', 'web')).toMatch(ID);
    expect(await ok('network', 'create', '--subnet', '10.65.0.0/24', '--subnet', 'fd00:65::/64', '--gateway', 'fd00:65::9', '--internal=true', 'db')).toMatch(
      ID,
    );
  });

  it('are listed as Docker lists them', async () => {
    const lines = (await ok('network', 'ls')).split('\n');
    expect(lines[0]).toMatch(/^NETWORK ID {5}NAME {5}DRIVER {3}SCOPE$/);
    expect(lines.slice(1).map((line) => line.split(/ +/).slice(1).join(' '))).toEqual([
      'bridge bridge local',
      'db bridge local',
      'host host local',
      'none null local',
      'web bridge local',
    ]);
    expect(await ok('network', 'list', '-f', 'type=custom', '--format', '{{.Name}} {{.Subnets}}')).toBe('db 10.65.0.0/24, fd00:65::/64\nweb 10.64.0.0/24');
    expect(await ok('network', 'ls', '-q', '--no-trunc', '--filter', 'label=tier=front')).toMatch(ID);
    const rows = (await ok('network', 'ls', '--format', 'json', '-f', 'name=db')).split('\n').map((line) => JSON.parse(line));
    expect(rows).toMatchObject([{ Name: 'db', Driver: 'bridge', Internal: 'true', IPv6: 'true' }]);
  });

  it('are inspected; those that are missing are errors beside the others', async () => {
    const { status, out, err } = await run(['network', 'inspect', 'db', 'nope', 'web']);
    expect(JSON.parse(out).map(({ Name }: { Name: string }) => Name)).toEqual(['db', 'web']);
    expect(JSON.parse(out)[0]).toMatchObject({
      Internal: true,
      IPAM: { Config: [{ Subnet: '10.65.0.0/24' }, { Subnet: 'fd00:65::/64', Gateway: 'fd00:65::9' }] },
    });
    expect({ status, err }).toEqual({ status: 125, err: expect.stringMatching(/^fairlead: no network "nope"\n .*\[network-absent\]\n$/) });
    expect(await ok('network', 'inspect', '-f', '{{range .IPAM.Config}}{{.Subnet}} {{end}}', 'db')).toBe('10.65.0.0/24 fd00:65::/64');
  });

  it('are planned and nothing is done', async () => {
    expect(await ok('network', 'create', '--dry-run', 'plan')).toMatch(/^ip link add br-/m);
    expect((await run(['network', 'inspect', 'plan'])).status).toBe(125);
  });

  it('are changed', async () => {
    expect(await ok('network', 'update', '--label', 'a=1', '--label-rm', 'tier', 'web')).toBe('web');
    expect(await ok('network', 'inspect', '--format', '{{json .Labels}}', 'web')).toBe('{"a":"1"}');
    expect((await run(['network', 'update', 'web'])).err).toContain('nothing to change');
  });

  it.each(['bridge', 'macvlan', 'ipvlan', 'host-device', 'sriov', 'overlay'])('list the options of driver %s', async (driver) => {
    const text = await ok('network', 'create', '--help', driver);
    const file = join(import.meta.dirname, `../../test/golden/options/${driver}.txt`);
    if (process.env['UPDATE_GOLDEN']) writeFileSync(file, `${text}\n`);
    expect(`${text}\n`).toBe(readFileSync(file, 'utf8'));
  });

  it('have no options of a driver that is not there', async () => {
    expect((await run(['network', 'create', '--help', 'brige'])).err).toContain('no driver "brige"; did you mean bridge?');
  });
});

describe('many sandboxes', () => {
  it('are made by one command, named by number; one that cannot be keeps no other from it', async () => {
    await ok('sandbox', 'create', '--name', 'crowd-3');
    const { status, out, err } = await run(['sandbox', 'create', '--name', 'crowd', '--count', '70', '--network', 'db'], { terminal: true });
    expect(status).toBe(125);
    expect(
      out
        .trimEnd()
        .split('\n')
        .filter((line) => ID.test(line)),
    ).toHaveLength(69);
    expect(err).toContain('\rsandboxes [===========================   ] 64/70\r\x1b[K');
    expect(err).toContain('[name-taken]');
    expect((await ok('sandbox', 'ls', '-q', '--filter', 'name=crowd')).split('\n')).toHaveLength(70);
    await ok('sandbox', 'rm', ...Array.from({ length: 70 }, (_, at) => `crowd-${at + 1}`));
  });

  it.each(['0', '10001', 'many'])('are not "%s"', async (count) => {
    expect(await run(['sandbox', 'create', '--count', count])).toMatchObject({ status: 125, err: expect.stringContaining('--count') });
  });
});

describe('sandboxes', () => {
  it('are created on networks, listed and inspected', async () => {
    expect(await ok('sandbox', 'create', '--name', 'api', '--network', 'web,ip=10.64.0.9,alias=www')).toMatch(ID);
    await ok('network', 'connect', '--ip6', 'fd00:65::77', '--alias', 'store', 'db', 'api');
    const [, line] = (await ok('ps')).split('\n');
    expect(line).toMatch(/^[0-9a-f]{12} +api +web, db +10\.64\.0\.9, 10\.65\.0\.\d+, fd00:65::77 +just now|second/);
    expect(JSON.parse(await ok('sandbox', 'inspect', 'api'))).toMatchObject([{ Name: 'api', SandboxKey: expect.any(String) }]);
    expect(await ok('sandbox', 'ls', '-f', 'network=db', '--format', '{{.Name}}')).toBe('api');
    expect(await ok('sandbox', 'ls', '-f', 'network=host', '-q')).toBe('');
    expect(await ok('ps', '-a', '-q')).toBe(await ok('ps', '-q'));
  });

  it('are disconnected', async () => {
    await ok('network', 'disconnect', 'db', 'api');
    expect((await run(['network', 'disconnect', 'db', 'api'])).err).toContain('sandbox api is not connected to network db');
    expect((await run(['network', 'disconnect', '-f', 'db', 'gone'])).err).toContain('[sandbox-not-connected]');
  });

  it('are renamed', async () => {
    expect(await ok('sandbox', 'update', '--name', 'front', 'api')).toBe('front');
  });

  it('are explained, and all is well', async () => {
    expect(await ok('explain', 'sandbox/front')).toMatch(/^ip netns add /);
    expect(await ok('explain', 'network/bridge')).toMatch(/^# network\/bridge: nothing/);
    expect(await ok('doctor')).toMatch(/^all is well/);
    expect(await ok('doctor', '--format', 'json')).toBe('[]');
    expect(await ok('doctor', 'front')).toBe('all is well with front and what it is joined to; fairlead doctor looks at the host as well');
    expect(await run(['doctor', 'nope'])).toMatchObject({ status: 2, err: expect.stringContaining('[object-absent]') });
    expect(await run(['doctor', 'front', '--fix'])).toMatchObject({ err: expect.stringContaining('leave OBJECT out') });
  });

  it('are named by doctor, and whether --fix mends anything of it is said truly', async () => {
    const ending = async (...findings: readonly boolean[]) => {
      const doctor = async () => findings.map((ours) => ({ code: 'forwarding-off', object: 'host', problem: 'p', mend: 'm', ours, mended: false }));
      const { status, out } = await run(['doctor'], { connect: async () => overlay(connectFairlead(`unix://${join(folder, 'api.sock')}`), { doctor }) });
      return { status, last: out.trimEnd().split('\n').at(-1) };
    };
    const helps = { status: 1, last: expect.stringMatching(/^fairlead doctor --fix mends now what is ours/) };
    expect(await ending(false, true)).toEqual(helps);
    expect(await ending(false, false)).toEqual({ status: 1, last: expect.stringMatching(/^none of this is Fairlead's to mend/) });
  });

  it('are removed, all that can be', async () => {
    const { status, out, err } = await run(['sandbox', 'rm', 'nope', 'front']);
    expect({ status, out }).toEqual({ status: 125, out: 'front\n' });
    expect(err).toMatch(/^fairlead: no sandbox "nope"\n/);
    expect(await ok('sandbox', 'rm', '-f', 'nope')).toBe('');
    await ok('sandbox', 'create', '--name', 'one');
    await ok('sandbox', 'create', '--name', 'two');
    expect((await ok('sandbox', 'rm', '--all')).split('\n').sort()).toEqual(['one', 'two']);
    expect((await run(['sandbox', 'rm'])).err).toContain('name the sandboxes, or give --all');
  });
});

describe('endpoints', () => {
  it('are named by their network too', async () => {
    await ok('endpoint', 'create', 'web', 'twin');
    await ok('endpoint', 'create', 'db', 'twin');
    expect((await run(['endpoint', 'rm', 'twin'])).err).toMatch(/could be several: web\/twin \(\w{12}\), db\/twin \(\w{12}\)\n {2}name one of them/);
    expect(JSON.parse(await ok('endpoint', 'inspect', 'db/twin'))).toMatchObject([{ Name: 'twin', Network: 'db' }]);
    expect(await ok('explain', 'endpoint/db/twin')).toBe('# endpoint/db/twin: nothing in the kernel while nothing uses it');
    expect(await ok('endpoint', 'rm', 'db/twin', 'web/twin')).toBe('db/twin\nweb/twin');
  });

  it('of none are no interfaces', async () => {
    await ok('sandbox', 'create', '--name', 'lone', '--network', 'none');
    expect(await ok('endpoint', 'ls', '--filter', 'sandbox=lone', '--format', '{{.Network}} {{json .Interface}}')).toBe('none ""');
    await ok('sandbox', 'rm', 'lone');
  });

  it('are created, joined, left and removed', async () => {
    await ok('sandbox', 'create', '--name', 'box');
    expect(await ok('endpoint', 'create', '--ip', '10.64.0.50', 'web', 'door')).toMatch(ID);
    await ok('endpoint', 'join', 'door', 'box');
    expect(await ok('endpoint', 'ls', '--format', '{{.Name}} {{.Network}} {{.Sandbox}} {{.Addresses}}')).toBe('door web box 10.64.0.50/24');
    expect(JSON.parse(await ok('endpoint', 'inspect', 'door'))).toMatchObject([{ Name: 'door', Network: 'web', SandboxName: 'box' }]);
    expect((await run(['endpoint', 'rm', 'door'])).err).toContain('[endpoint-active]');
    await ok('endpoint', 'leave', 'door');
    expect(await ok('endpoint', 'rm', 'door')).toBe('door');
    await ok('sandbox', 'rm', 'box');
  });
});

describe('the daemon', () => {
  it('tells of itself', async () => {
    expect(await ok('info')).toMatch(/^version: /m);
    expect(JSON.parse(await ok('info', '--format', 'json'))).toMatchObject({ names: { sandboxes: 0, queries: 0 } });
    expect(await ok('version')).toMatch(/^fairlead \S+\ndaemon {3}\S+$/);
  });

  it('tells what happens', async () => {
    const stop = new AbortController();
    const world = fakeWorld({ connect: async () => connectFairlead(`unix://${join(folder, 'api.sock')}`), stop: stop.signal });
    const watching = main(['events', '--format', '{{.kind}} {{.change}} {{.name}}'], world);
    let told = '';
    // What happened before the stream was open is not told, so it happens until it is.
    while (!told.includes('sandbox created seen\n')) {
      await ok('sandbox', 'create', '--name', 'seen');
      await ok('sandbox', 'rm', 'seen');
      told += world.taken().out;
    }
    stop.abort();
    expect(await watching).toBe(0);
  });

  it('may be away', async () => {
    const connect = async () => connectFairlead(`unix://${join(folder, 'nobody.sock')}`);
    expect(await run(['network', 'rm', 'a', 'b'], { connect })).toEqual({
      status: 125,
      out: '',
      err: `fairlead: no daemon answers at ${join(folder, 'nobody.sock')}\n  start one: sudo fairlead daemon      another place: FAIRLEAD_HOST=unix://…             [daemon-absent]\n`,
    });
    expect((await run(['doctor'], { connect })).status).toBe(2);
    expect((await run(['version'], { connect })).out).toContain('daemon   – (no daemon answers');
  });
});

describe('removing networks', () => {
  it('prints each, and goes on after errors', async () => {
    const { status, out, err } = await run(['network', 'rm', 'nope', 'web', 'bridge']);
    expect({ status, out }).toEqual({ status: 125, out: 'web\n' });
    expect(err.match(/\[[a-z-]+\]/g)).toEqual(['[network-absent]', '[network-predefined]']);
    expect(await ok('network', 'rm', '-f', 'nope')).toBe('');
  });

  it('leaves what Docker has to Docker, unless told otherwise', async () => {
    await ok('network', 'create', '--label', `com.fairlead.docker.network.${'a1'.repeat(32)}`, 'theirs');
    expect(await ok('network', 'prune', '-f', '--filter', 'label=com.fairlead.docker.network.' + 'a1'.repeat(32))).toBe('');
    expect((await run(['network', 'rm', 'theirs'])).err).toContain('docker network rm takes it away on both sides');
    expect(await ok('network', 'rm', '-f', 'theirs')).toBe('theirs');
  });

  it('asks before it prunes', async () => {
    expect((await run(['network', 'prune'])).err).toContain('nobody is there to ask');
    expect((await run(['network', 'prune'], { answer: 'n' })).out).not.toContain('Deleted');
    expect((await run(['network', 'prune'], { answer: 'y' })).out).toContain('Deleted Networks:\ndb\n');
    expect(await ok('network', 'prune', '-f')).toBe('');
    expect(await ok('network', 'ls', '--format', '{{.Name}}')).toBe('bridge\nhost\nnone');
  });
});

describe('published ports', () => {
  const create = (name: string, network: string, ...ports: readonly string[]) =>
    run(['sandbox', 'create', '--name', name, '--network', network, ...ports.flatMap((each) => ['-p', each])]);
  const shown = async (name: string, ...more: readonly string[]) => {
    const [header = '', line = ''] = (await ok('sandbox', 'ls', '--filter', `name=${name}`, ...more)).split('\n');
    return line.slice(header.indexOf('PORTS'), header.indexOf('CREATED')).trim();
  };
  const reason = 'network "db-inner" is internal';
  beforeAll(async () => void (await ok('network', 'create', '--subnet', '10.77.0.0/24', '--internal', 'db-inner')));
  afterAll(async () => void (await ok('sandbox', 'rm', '-f', 'waiting', 'plain', 'many')));

  it('that wait are told of, with the reason, and marked', async () => {
    const { status, err } = await create('waiting', 'db-inner', '127.0.0.1:8080:80');
    expect({ status, err }).toEqual({ status: 0, err: `fairlead: 127.0.0.1:8080->80/tcp waits: ${reason}\n` });
    expect(await shown('waiting')).toBe('127.0.0.1:8080->80/tcp (waits)');
    const more = await run(['sandbox', 'update', '--publish-add', '0.0.0.0:81:81', '--publish-add', '0.0.0.0:82:82', 'waiting']);
    expect(more.err).toBe(`fairlead: 127.0.0.1:8080->80/tcp, 0.0.0.0:81-82->81-82/tcp wait: ${reason}\n`);
  });

  it('of all addresses are not told of where IPv4 alone has them', async () => {
    expect(await create('plain', 'bridge', '8081:80')).toMatchObject({ status: 0, err: '' });
    expect(await shown('plain')).toBe('0.0.0.0:8081->80/tcp');
  });

  it('are as many as fit, and all without truncation or with a format', async () => {
    await create('many', 'bridge', '9001:1', '9003:3', '9005:5');
    expect(await shown('many')).toBe('0.0.0.0:9001->1/tcp, 0.0.0.0:9003->3/tcp, …');
    const all = '0.0.0.0:9001->1/tcp, 0.0.0.0:9003->3/tcp, 0.0.0.0:9005->5/tcp';
    expect(await shown('many', '--no-trunc')).toBe(all);
    expect(await ok('sandbox', 'ls', '--filter', 'name=many', '--format', '{{.Ports}}')).toBe(all);
  });
});

describe('wrong command lines', () => {
  it.each([
    [['netwrok', 'ls'], "unknown command 'netwrok'; did you mean network?", 'fairlead --help'],
    [['network', 'lss'], "unknown command 'lss'; did you mean ls?", 'fairlead network --help'],
    [['network', 'create', '--subnett', 'x', 'y'], "unknown option '--subnett'; did you mean --subnet?", 'fairlead network create --help'],
    [['network', 'create'], "missing required argument 'NAME'", 'fairlead network create --help'],
    [['network', 'connect', 'a'], "missing required argument 'SANDBOX'", 'fairlead network connect --help'],
    [['network', 'create', '-d'], "option '-d, --driver DRIVER' argument missing", 'fairlead network create --help'],
    [['network', 'create', 'a', 'b'], 'too many arguments', 'fairlead network create --help'],
    [['network', 'ls', '--filter', 'nam=x'], 'there is no filter "nam"; did you mean name?', 'fairlead network ls --help'],
    [['network', 'create', '--ipv4=maybe', 'x'], '--ipv4 takes true or false, not "maybe"', 'fairlead network create --help'],
    [['sandbox', 'rm', '--all', 'x'], 'give names or --all, not both', 'fairlead sandbox rm --help'],
    [['run', '--log', 'x', 'true'], '--log is for -d', 'fairlead run --help'],
    [['run', '-w', '/nowhere', 'true'], 'there is no directory /nowhere', 'fairlead run --help'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish', 'fairlead completion --help'],
    [['run', '--ip', '10.0.0.9', 'true'], "unknown option '--ip'; an address belongs to its network: --network web,ip=10.0.0.9", 'fairlead run --help'],
    [['run', '--ip6=fd00::9', 'true'], '--network web,ip6=fd00::9', 'fairlead run --help'],
    [['sandbox', 'create', '--network-alias', 'db'], 'an alias belongs to its network: --network web,alias=db', 'fairlead sandbox create --help'],
    [['run', '-it', 'true'], "unknown option '-it'; leave it out: the command has this terminal as it is", 'fairlead run --help'],
    [['exec', '-ti', 'box', 'true'], 'leave it out: the command has this terminal', 'fairlead exec --help'],
    [['sandbox', 'update', '-p', '8080:80', 'box'], '--publish-add 8080:80', 'fairlead sandbox update --help'],
    [['run', '--rm', 'true'], 'leave it out: the sandbox goes with the command', 'fairlead run --help'],
    [['run', '-v', '/a:/b', 'true'], 'the command sees the files of this host as they are', 'fairlead run --help'],
    [['network', 'ls', '--rm'], "unknown option '--rm'\n", 'fairlead network ls --help'],
    [['daemon', '--run', ''], '--run was given nothing', 'fairlead daemon --help'],
    [['daemon', '--plugin-dir', '/a', '--plugin-dir', ''], '--plugin-dir was given nothing', 'fairlead daemon --help'],
    [['daemon', '--log-level', 'loud'], 'there is no log level "loud"', 'fairlead daemon --help'],
  ])('%j', async (words, problem, help) => {
    const { status, out, err } = await run(words);
    expect({ status, out }).toEqual({ status: 125, out: '' });
    expect(err).toContain(`fairlead: `);
    expect(err).toContain(problem);
    expect(err).toMatch(new RegExp(`\\n  how to use it: ${help} +\\[usage-invalid\\]\\n$`));
  });

  it.each([
    [['run', 'alpine'], 127, /"alpine" is no command on this host.*\n.*\[command-absent\]/],
    [['run', '--', '/etc'], 126, /"\/etc" cannot be executed: it is a directory\n.*\[command-denied\]/],
    [['run', '/etc/passwd'], 126, /permission is missing/],
    [['run', '--network', 'web,ipp=1', 'true'], 125, /there is no key "ipp"; did you mean ip\?\n/],
    [['exec', 'nobody', 'true'], 125, /no sandbox "nobody"/],
    [['exec', 'nobody', 'no-such-command'], 127, /is no command on this host; exec starts .*\n.*PATH +\[command-absent\]/],
    [['run', '--network', 'bridge', '--network', 'bridge', 'true'], 125, /network: "bridge" is given twice\n +give each network once +\[value-invalid\]/],
    [['events', '--format', '{{.bogus}}'], 125, /".bogus" is no field here\n +fields: at, kind, id, name, change, network, sandbox +\[value-invalid\]/],
    [['network', 'create', '--ipam-opt', 'x=y', 'z'], 125, /IPAM driver default has no option "x"\n.*\[ipam-option-unknown\]/],
    [['network', 'create', '--dry-run', 'bridge'], 125, /\[name-taken\]/],
  ])('%j ends with %d', async (words, status, text) => {
    expect(await run(words)).toEqual({ status, out: '', err: expect.stringMatching(text) });
  });
});
