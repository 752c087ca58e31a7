import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'vitest';
import { serveDockerEngine } from '#dist/dialects/docker-engine/server.js';
import { serveLibnetwork } from '#dist/dialects/libnetwork/server.js';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { debian } from '../tool/debian.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { expectGolden, stable, transcribed } from '../tool/transcript.js';

// Every route of the protocols that others wrote, asked with Debian's curl: statuses, types and bodies are compared with
// test/golden/curl-*.txt. `UPDATE_GOLDEN=1` writes them anew.
let host: HostNamespace;
let fairlead: Fairlead;
let served: AsyncDisposable;
let path: string;
const env = debian('curl');
beforeEach(async () => {
  host = await hostNamespace();
  path = join(host.run, 'api.sock');
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

let transcript = '';
/** Asks, and writes it down as a user would have typed it. Answers the id that was made, where one was. */
async function curl(method: string, route: string, body?: object | string): Promise<string> {
  const data = body === undefined ? [] : ['-H', 'content-type: application/json', '-d', typeof body === 'string' ? body : JSON.stringify(body)];
  const format = '\\n%{http_code} %{content_type}\\n';
  const text = await transcribed('curl', ['-s', '-X', method, '--unix-socket', path, '-w', format, `http://x${route}`, ...data], env);
  const [, ...answer] = text.replace(/\n\n/g, '\n').split('\n');
  transcript += [`$ curl -X ${method} ${route}${data.length > 0 ? ` -d '${data[3]}'` : ''}`, ...answer].join('\n');
  return /"(?:Id":")?([0-9a-f]{64})"/.exec(answer.join('\n'))?.[1] ?? '';
}

it('libnetwork’s API', async () => {
  transcript = '';
  served = await serveLibnetwork({ fairlead, place: { path }, defaults: { network: 'bridge', driver: 'bridge' } });
  await curl('GET', '/v1.19/services');
  const network = await curl('POST', '/networks', {
    name: 'web',
    network_type: 'bridge',
    ipv4_configuration: [{ PreferredPool: '10.5.0.0/24', SubPool: '10.5.0.64/26' }],
  });
  await curl('POST', '/networks', { name: 'web' });
  await curl('POST', '/networks', '{');
  await curl('POST', '/networks', { name: 'x', network_opts: { 'com.docker.network.internal': 'maybe' } });
  await curl('GET', '/networks?name=web');
  await curl('GET', '/v1.19/networks?name=absent');
  await curl('GET', `/networks?partial-id=${network.slice(0, 12)}`);
  await curl('GET', '/networks?name=a&partial-id=b');
  await curl('GET', `/networks/${network}`);
  await curl('GET', '/network/absent');
  const endpoint = await curl('POST', `/networks/${network}/endpoints`, { name: 'door', my_aliases: ['gate'] });
  await curl('GET', `/networks/${network}/endpoints`);
  await curl('GET', `/networks/${network}/endpoints?name=window`);
  await curl('GET', `/networks/${network}/endpoints/${endpoint}`);
  const sandbox = await curl('POST', '/sandboxes', {
    container_id: 'c1',
    host_name: 'one',
    extra_hosts: [{ name: 'x', address: '10.9.9.9' }],
    port_mapping: [{ Proto: 6, Port: 80, HostPort: 8080 }],
  });
  await curl('POST', '/sandboxes', { container_id: 'c1' });
  await curl('POST', '/sandboxes', {});
  await curl('POST', `/network/${network}/endpoints/${endpoint}/containers`, { sandbox_id: sandbox });
  await curl('POST', `/networks/${network}/endpoints/${endpoint}/sandboxes`, { sandbox_id: sandbox });
  await curl('DELETE', `/networks/${network}/endpoints/${endpoint}`);
  await curl('DELETE', `/networks/${network}/endpoints/${endpoint}/sandboxes/${sandbox}`);
  await curl('DELETE', `/networks/${network}/endpoints/${endpoint}`);
  const service = await curl('POST', '/services', { name: 'db', network_name: 'web' });
  await curl('GET', '/services');
  await curl('GET', '/services?network=web');
  await curl('GET', '/services?network=web&name=db');
  await curl('GET', `/services/${service}`);
  await curl('GET', `/services/${service}/backend`);
  await curl('POST', `/services/${service}/backend`, { sandbox_id: sandbox, aliases: ['db:mine'] });
  await curl('GET', `/services/${service}/backends`);
  await curl('DELETE', `/services/${service}`);
  await curl('DELETE', `/services/${service}`, { name: 'db' });
  await curl('DELETE', `/services/${service}/backend/${sandbox}`);
  await curl('DELETE', `/services/${service}`, { name: 'db', force: true });
  await curl('GET', `/services/${service}`);
  await curl('GET', '/sandboxes?container-id=c1');
  await curl('GET', '/sandboxes?partial-container-id=x');
  await curl('GET', `/sandboxes/${sandbox}`);
  await curl('DELETE', `/sandboxes/${sandbox}`);
  await curl('DELETE', `/networks/${network}`);
  await curl('PUT', '/networks');
  expectGolden('curl-libnetwork.txt', stable(transcript).replace(/"\/[^"]*\/netns\/ID\d+/g, '"KEY'));
});

it('the network part of Docker Engine’s API', async () => {
  transcript = '';
  served = await serveDockerEngine({ fairlead, place: { path }, version: '9.9' });
  await fairlead.sandboxes.create({ name: 'box', hostname: 'box' });
  const filters = (value: unknown) => `filters=${encodeURIComponent(JSON.stringify(value))}`;
  await curl('GET', '/_ping');
  await curl('GET', '/v1.99/networks');
  await curl('GET', `/v1.51/networks?${filters({ type: ['builtin'] })}`);
  await curl('POST', '/networks/create', { Name: 'web', IPAM: { Config: [{ Subnet: '10.5.0.0/24' }] } });
  await curl('POST', '/v1.47/networks/create', { Name: 'web' });
  await curl('POST', '/networks/create', '{} {}');
  await curl('GET', '/v1.47/networks/web');
  await curl('GET', '/networks/');
  await curl('POST', '/networks/web/connect', { Container: 'box', EndpointConfig: { IPAMConfig: { IPv4Address: '10.5.0.9' } } });
  await curl('POST', '/networks/web/connect', { Container: 'absent' });
  await curl('GET', '/networks/web?verbose=true');
  await curl('DELETE', '/networks/web');
  await curl('POST', '/networks/web/disconnect', { Container: 'box' });
  await curl('POST', '/networks/web/disconnect', { Container: 'box', Force: true });
  await curl('POST', `/networks/prune?${filters({ until: ['1h'] })}`);
  await curl('DELETE', '/networks/web');
  await curl('DELETE', '/networks/host');
  await curl('POST', '/containers/box/rename?name=crate');
  await curl('DELETE', '/containers/crate');
  await curl('GET', '/containers/json?all=1');
  await curl('GET', '/images/json');
  await curl('POST', '/containers/create', {});
  await curl('GET', `/events?until=1&${filters({ type: ['network'] })}`);
  await curl('GET', '/nonsense');
  expectGolden('curl-docker-engine.txt', stable(transcript));
});
