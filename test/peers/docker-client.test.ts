import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { version } from '#dist/base/version.js';
import { serveDockerEngine } from '#dist/dialects/docker-engine/server.js';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { debian } from '../tool/debian.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { expectGolden, stable, transcribed } from '../tool/transcript.js';

// Debian's `docker` command against Fairlead: what it prints is compared with test/golden/docker-client.txt. `UPDATE_GOLDEN=1` writes
// it anew. Ids and times stand there as ID1, ID2 and TIME.
let host: HostNamespace;
let fairlead: Fairlead;
let served: AsyncDisposable;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  host = await hostNamespace();
  const path = join(host.run, 'docker.sock');
  env = { ...debian('docker.io'), DOCKER_HOST: `unix://${path}`, HOME: host.run, DOCKER_CLI_HINTS: 'false' };
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
  await fairlead.sandboxes.create({ name: 'box', hostname: 'box', labels: { tier: 'db' }, ports: [{ port: 80, hostPort: 8080, hostIp: '0.0.0.0' }] });
  served = await serveDockerEngine({ fairlead, place: { path }, version });
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

const commands = [
  'version --format {{.Server.Platform.Name}}|{{.Server.APIVersion}}|{{.Server.MinAPIVersion}}|{{.Server.Os}}',
  'info --format {{.Swarm.LocalNodeState}}|{{.OSType}}|{{.Plugins.Network}}|{{.Containers}}',
  'network ls',
  'network create web',
  'network create --subnet 10.5.0.0/24 --ip-range 10.5.0.128/25 --gateway 10.5.0.254 --aux-address printer=10.5.0.130 --label tier=db --label x -o com.docker.network.driver.mtu=1400 --attachable full',
  'network create --ipv6 --subnet fd00:9::/64 --subnet 10.9.0.0/24 --driver bridge dual',
  'network create --internal --subnet 10.10.0.0/24 inner',
  'network create --config-only --subnet 10.11.0.0/24 pattern',
  'network create --config-from pattern --internal copy',
  'network create --config-from pattern --subnet 10.12.0.0/24 odd',
  'network create --config-from absent odd',
  'network rm pattern',
  'network inspect --format {{.ConfigOnly}}|{{.ConfigFrom.Network}}|{{.Driver}}|{{.Internal}} pattern copy',
  'network create web',
  'network create -d nope odd',
  'network create --subnet 10.5.0.7/24 odd',
  'network create --subnet 10.5.0.0/25 odd',
  'network create --scope swarm odd',
  'network create -o com.docker.network.bridge.nam=x odd',
  'network ls --filter driver=bridge --filter name=u',
  'network ls --filter label=tier=db --format {{.Name}}|{{.Driver}}|{{.Scope}}|{{.IPv6}}|{{.Internal}}',
  'network ls --filter type=builtin -q --no-trunc',
  'network ls --filter dangling=true --format {{.Name}}',
  'network ls --filter scope=global',
  'network ls --filter nonsense=1',
  'network ls --filter type=odd',
  'network inspect full',
  'network inspect --format {{.Name}}|{{.EnableIPv6}}|{{(index.IPAM.Config.0).Subnet}} dual inner',
  'network inspect -v web absent',
  'network connect --ip 10.5.0.140 --alias db --alias store full box',
  'ps --format {{.Names}}|{{.Ports}}|{{.Networks}}|{{.State}}',
  'network connect --ip6 fd00:9::77 --link-local-ip 169.254.7.7 --link chest:brother dual box',
  'network connect --driver-opt com.docker.network.endpoint.ifname=lan0 web box',
  'network connect web box',
  'network connect --ip 10.99.0.1 inner box',
  'network connect web absent',
  'network connect --alias db --ip 172.17.0.9 bridge box',
  'network connect absent box',
  'network connect --link a:b:c inner box',
  'network inspect --format {{json.Containers}} full',
  'ps -aq --filter network=dual',
  'ps --filter label=tier=web -q',
  'inspect --format {{.Name}}|{{.State.Running}}|{{.Config.Hostname}}|{{.HostConfig.NetworkMode}} box',
  'inspect --format {{json.NetworkSettings.Networks.full}} box',
  'inspect --format {{json.NetworkSettings.Ports}} box',
  'port box',
  'inspect absent',
  'network rm full',
  'network disconnect full box',
  'network disconnect full box',
  'network disconnect -f full absent',
  'network rm full bridge absent',
  'rename box chest',
  'network prune -f --filter label=none',
  'network prune -f --filter until=24h',
  'network prune -f',
  'run alpine true',
  'rm chest',
  'ps -a',
  'network rm web dual',
  'network ls',
];

const docker = (words: readonly string[]): Promise<string> => transcribed('docker', words, env);

it('speaks to the docker command', async () => {
  let transcript = '';
  // `{{json.X}}` stands for `{{json .X}}`: commands are cut at blanks.
  for (const line of commands)
    transcript += await docker(line.split(' ').map((word) => word.replace(/\{\{json\./g, '{{json .').replace(/\(index\.(\S+)\.0\)/g, '(index .$1 0)')));
  expectGolden('docker-client.txt', stable(transcript));
});

it('tells it what has happened, and what happens', async () => {
  const since = String(Date.now() / 1000);
  const format = '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}';
  await fairlead.networks.create({ name: 'seen' });
  await fairlead.sandboxes.create({ name: 'crate', networks: [{ network: 'seen' }] });
  const child = spawn('docker', ['events', '--since', since, '--format', format], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let heard = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    heard += piece;
  });
  while (!heard.includes('start crate')) await once(child.stdout, 'data');
  await docker(['rename', 'crate', 'chest']);
  await docker(['network', 'disconnect', 'seen', 'chest']);
  await docker(['network', 'prune', '-f']);
  while (!heard.includes('prune')) await once(child.stdout, 'data');
  child.kill();
  const told = [
    ...['network create seen', 'container create crate', 'network connect seen', 'container start crate', 'container rename chest'],
    ...['network disconnect seen', 'network destroy seen', 'network prune <no value>'],
  ];
  expect(heard.trimEnd().split('\n')).toEqual(told);
  const past = await docker(['events', '--since', since, '--until', String(Date.now() / 1000), '--filter', 'network=se', '--format', format]);
  expect(past.split('\n').slice(1, -1)).toEqual(told.filter((line) => line.endsWith(' seen')));
});
