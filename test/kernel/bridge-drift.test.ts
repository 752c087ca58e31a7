import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { silent } from '#dist/base/log.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';

// What others do to bridges and their ports of which the kernel does not tell, and that doctor finds it.
let host: HostNamespace;
let fairlead: Fairlead;

beforeAll(async () => {
  host = await hostNamespace();
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0, log: silent });
  await fairlead.networks.create({ name: 'web', ipv6: true });
  await fairlead.sandboxes.create({ name: 'a', networks: [{ network: 'web', name: 'a' }] });
});
afterAll(async () => {
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

/** The kernel does not tell of it, but a look that an earlier change made due may come up to a second later and mend it first: then once more. */
const untold = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 15_000, interval: 10 });
const outside = async (name: string) => (await fairlead.endpoints.get(name)).link?.outside ?? '';
const device = async (name: string) => String((await fairlead.networks.get(name)).facts?.['device']);

it('has bridges and ports pass packets again that somebody stopped', async () => {
  const [bridge, port] = [await device('web'), await outside('a')];
  const found = async (fix = false) =>
    (await fairlead.doctor({ fix })).filter(({ code }) => code === 'changed').map(({ problem, mended }) => [problem, mended]);
  const blocked = `link ${port} in the host's stack is not as it should be: it is a port that does not forward (state)`;
  // Where no spanning tree protocol runs, of all states this one alone stays (br_port_state_selection of net/bridge/br_stp.c).
  await untold(async () => {
    await host.exec(['bridge', 'link', 'set', 'dev', port, 'state', 'disabled']);
    expect([await found(), await found(true)]).toEqual([[[blocked, false]], [[blocked, true]]]);
  });
  expect(await found()).toEqual([]);
  const running = `link ${bridge} in the host's stack is not as it should be: it runs the spanning tree protocol (stp_state)`;
  await untold(async () => {
    await host.exec(['ip', 'link', 'set', bridge, 'type', 'bridge', 'stp_state', '1']);
    expect((await found(true))[0]).toEqual([running, true]);
  });
  expect(await found()).toEqual([]);
  expect(JSON.parse(await host.exec(['ip', '-json', '-details', 'link', 'show', bridge]))[0].linkinfo.info_data.stp_state).toBe(0);
  expect(JSON.parse(await host.exec(['bridge', '-json', 'link', 'show', 'dev', port]))[0].state).toBe('forwarding');
});

it('gives a bridge its own forwarding entry back, which a flush takes along', async () => {
  const bridge = await device('web');
  const box = await startProbe((await fairlead.sandboxes.get('a')).key);
  const gateway = (await fairlead.networks.get('web')).pools[0]?.gateway ?? '';
  try {
    expect(await box.ping(gateway)).toBe('pong');
    await untold(async () => {
      await host.exec(['bridge', 'fdb', 'flush', 'dev', bridge]);
      expect(await box.ping(gateway)).toBe(null);
      const found = (await fairlead.doctor()).filter(({ code }) => code === 'changed');
      expect(found.map(({ object, problem }) => [object, problem])).toEqual([
        ['network/web', expect.stringContaining('it has no forwarding entry for its own MAC address')],
      ]);
      // As it is printed; --fix does that and gives the ports theirs.
      await host.exec((found[0]?.mend ?? '').split(' '));
    });
    expect((await fairlead.doctor()).filter(({ code }) => code === 'changed')).toEqual([]);
    await host.exec(['bridge', 'fdb', 'flush', 'dev', bridge]);
    await fairlead.doctor({ fix: true });
    expect(await box.ping(gateway)).toBe('pong');
    expect(await fairlead.doctor()).toEqual([]);
  } finally {
    await box.close();
  }
});

it("leaves it to somebody else's bridge when its ports forward", async () => {
  await host.exec(['ip', 'link', 'add', 'lan0', 'type', 'bridge', 'stp_state', '1', 'forward_delay', '3000']);
  await host.exec(['ip', 'link', 'set', 'lan0', 'up']);
  const options = { 'com.docker.network.bridge.name': 'lan0' };
  await fairlead.networks.create({ name: 'lan', options, ipam: { config: [{ subnet: '10.70.0.0/24' }] } });
  await fairlead.sandboxes.create({ name: 'waits', networks: [{ network: 'lan' }] });
  try {
    expect(JSON.parse(await host.exec(['bridge', '-json', 'link', 'show'])).find(({ master }: { master: string }) => master === 'lan0').state).toBe(
      'listening',
    );
    expect((await fairlead.doctor({ fix: true })).filter(({ code }) => code === 'changed')).toEqual([]);
  } finally {
    await fairlead.sandboxes.remove('waits', { force: true });
    await fairlead.networks.remove('lan');
    await host.exec(['ip', 'link', 'delete', 'lan0']);
  }
});
