import { guardTable, table as hostTable } from '../../test/conformance/kernel/shapes.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import type { InterfaceAddress } from '../ip/types.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Fairlead } from '../model/fairlead.js';
import { MemoryStore } from '../store/memory/memory-store.js';

let kernel: SimulatedKernel;
let fairlead: Fairlead;
let [outside, stack, device]: [string, `ns/${string}`, string] = ['', 'ns/', ''];
const found = async () => (await fairlead.doctor()).map(({ object, code, problem, mend }) => [object, code, problem, mend]);

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  ({ fairlead } = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() }));
  const web = await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
  const box = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', name: 'b' }] });
  const [endpoint] = await fairlead.endpoints.list();
  device = String(web.facts?.['device']);
  stack = box.stack as typeof stack;
  outside = endpoint?.link?.outside ?? '';
});

describe('what is not as it was made', () => {
  it('is named in words, with commands that reach into the sandbox', async () => {
    const inside = `nsenter --net=${kernel.pathOf(stack)} ip`;
    await kernel.disturb.setMtu('eth0', 1300, stack);
    expect(await found()).toEqual([
      [
        'endpoint/web/b',
        'changed',
        `link ${outside} in the host's stack is not as it should be: the MTU of its other end, eth0 in sandbox "box", is not 1500`,
        `${inside} link set eth0 mtu 1500`,
      ],
    ]);
    await kernel.disturb.setMtu(outside, 1300);
    expect((await found())[0]?.slice(2)).toEqual([
      `link ${outside} in the host's stack is not as it should be: its MTU is 1300, not 1500; the MTU of its other end, eth0 in sandbox "box", is not 1500`,
      `ip link set ${outside} mtu 1500; ${inside} link set eth0 mtu 1500`,
    ]);
    await kernel.disturb.deleteAddress('eth0', '10.1.0.2/24', stack);
    expect((await found()).map(([, code, problem]) => [code, problem])).toContainEqual([
      'missing',
      'address 10.1.0.2/24 of link eth0 in sandbox "box" is missing',
    ]);
  });

  it('is made again so that it is ours', async () => {
    await kernel.disturb.deleteLink(outside);
    const [, code, , mend] = (await found())[0] ?? [];
    expect(code).toBe('missing');
    expect(mend).toMatch(new RegExp(`^ip link add ${outside} address [0-9a-f:]+ group 1 type veth .* netns ${kernel.pathOf(stack)}; `));
    expect(mend).toContain(`ip link set ${outside} alias 'fairlead:test ${outside}' addrgenmode none`);
  });

  it('is told from what somebody else made of that name', async () => {
    await kernel.disturb.deleteLink(device);
    const stranger = kernel.again({ instance: 'stranger' });
    await stranger.apply([{ do: 'create', resource: { kind: 'link', in: 'host', name: device, spec: { type: 'bridge' } } }]);
    expect(await found()).toContainEqual([
      'network/web',
      'taken',
      `link ${device} in the host's stack is missing: a bridge that is not Fairlead's has the name`,
      expect.stringMatching(new RegExp(`^ip link set ${device} down; ip link set ${device} name other\\d+; ip link add ${device} `)),
    ]);
  });
});

describe('one object', () => {
  const of = async (ref: string) => (await fairlead.doctor({ of: ref })).map(({ object, code }) => `${code} ${object}`);

  it('is looked at with what it is joined to, and nothing else', async () => {
    const { stack: other } = await fairlead.sandboxes.create({ name: 'other', networks: [{ network: 'web', name: 'o' }] });
    const far = await fairlead.networks.create({ name: 'far', ipam: { config: [{ subnet: '10.2.0.0/24' }] } });
    expect([await of('box'), await of('web'), await of('other'), await of('far')]).toEqual([[], [], [], []]);
    await kernel.disturb.setMtu('eth0', 1300, stack);
    await kernel.disturb.setMtu('eth0', 1300, other);
    await kernel.disturb.deleteLink(String(far.facts?.['device']));
    expect(await of('box')).toEqual(['changed endpoint/web/b']);
    expect(await of('endpoint/web/o')).toEqual(['changed endpoint/web/o']);
    expect(await of('web')).toEqual(['changed endpoint/web/b', 'changed endpoint/web/o']);
    expect(new Set(await of('far'))).toEqual(new Set(['missing network/far']));
    await kernel.disturb.deleteLink(device);
    expect(await of('other')).toEqual(expect.arrayContaining(['missing network/web', 'changed endpoint/web/o']));
  });

  it('has what nobody claims on its links, and its ports', async () => {
    await kernel.apply([{ do: 'create', resource: { kind: 'address', in: stack, link: 'eth0', address: '10.1.0.99/24' as InterfaceAddress } }]);
    expect(await of('box')).toEqual(['leftover endpoint/web/b']);
    await kernel.disturb.deleteAddress('eth0', '10.1.0.99/24', stack);
    await fairlead.sandboxes.update('box', { ports: { add: [{ hostPort: 8080, port: 80 }] } });
    expect(await of('box')).toEqual([]);
  });

  it('is one that there is, and is not fixed alone', async () => {
    await expect(fairlead.doctor({ of: 'nope' })).rejects.toMatchObject({ code: 'object-absent' });
    await expect(fairlead.doctor({ of: 'box', fix: true })).rejects.toMatchObject({ code: 'value-invalid' });
  });
});

describe('what another instance left', () => {
  it('is named by doctor and by what fails for it, and stays', async () => {
    const next = kernel.again({ instance: 'next' });
    const other = await openEngine({ kernel: next, definitions: new MemoryStore(), boot: new MemoryStore(), id: 'next' });
    await expect(other.fairlead.networks.create({ name: 'web' })).rejects.toMatchObject({ code: 'instance-other', values: { instance: 'test' } });
    expect(await other.fairlead.networks.list()).toHaveLength(3);
    const findings = await other.fairlead.doctor();
    expect(findings.map(({ object, code }) => [object, code])).toEqual([
      ['host', 'instance-other'],
      ['host', 'instance-other'],
      ['host', 'instance-other'],
    ]);
    expect(findings[0]).toMatchObject({
      problem: expect.stringContaining('(test)'),
      mend: expect.stringMatching(/--state DIR.*nft delete table inet fairlead$/),
    });
    expect(findings[1]?.mend).toMatch(/--state DIR.*nft delete table bridge fairlead$/);
    expect(findings[2]?.mend).toContain(`ip link delete ${device}`);
    for (const resource of [hostTable, guardTable]) await next.apply([{ do: 'delete', resource }]);
    const { tables, links } = await kernel.survey('host');
    expect(tables).toEqual(['inet', 'bridge'].map((family) => ({ family, instance: 'test', ours: true })));
    expect(links.map(({ name }) => name)).toContain(device);
  });
});
