import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type PortAsk, type Sandbox } from '../index.js';
import { printPort } from '../model/ports.js';

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web', ipv6: true, ipam: { config: [{ subnet: '10.1.0.0/24' }, { subnet: 'fd01::/64' }] } });
  await fairlead.networks.create({ name: 'four', ipam: { config: [{ subnet: '10.2.0.0/24' }] } });
  await fairlead.networks.create({ name: 'inner', internal: true, ipam: { config: [{ subnet: '10.3.0.0/24' }] } });
});
afterEach(async () => {
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const refused = (code: string, values: object = {}) => expect.objectContaining({ code, values: expect.objectContaining(values) });
const create = (name: string, ports: readonly PortAsk[], ...networks: readonly string[]) =>
  fairlead.sandboxes.create({ name, ports, networks: networks.map((network) => ({ network })) });
const shown = ({ ports }: Sandbox) => ports.map(printPort);
const portLines = async (ref: string) =>
  (await fairlead.explain(ref)).commands.filter((line) => /inet fairlead (port|self|beside)|^#|conntrack -D -f/.test(line));

describe('published ports', () => {
  it('are elements, held ports and flows, on both families', async () => {
    const box = await create(
      'box',
      [
        { hostPort: 8080, port: 80 },
        { hostIp: '127.0.0.1', hostPort: 53, port: 5353, protocol: 'udp' },
      ],
      'web',
    );
    expect(shown(box)).toEqual(['0.0.0.0:8080->80/tcp', '[::]:8080->80/tcp', '127.0.0.1:53->5353/udp']);
    const lines = [
      '# bind tcp 0.0.0.0 8080',
      '# bind tcp :: 8080',
      '# bind udp 127.0.0.1 53',
      'conntrack -D -f ipv4 -p udp --orig-dst 127.0.0.1 --orig-port-dst 53',
      "nft add element inet fairlead self4 '{ 10.1.0.2 . 10.1.0.2 }'",
      "nft add element inet fairlead self6 '{ fd01::2 . fd01::2 }'",
      "nft add element inet fairlead port4_any '{ tcp . 8080 : 10.1.0.2 . 80 }'",
      "nft add element inet fairlead port6_any '{ tcp . 8080 : fd01::2 . 80 }'",
      "nft add element inet fairlead port4 '{ 127.0.0.1 . udp . 53 : 10.1.0.2 . 5353 }'",
    ];
    expect(await portLines('sandbox/box')).toEqual(lines);
    expect(await portLines('endpoint/box')).toEqual(lines);
    await fairlead.sandboxes.remove('box');
    await create('next', [{ hostPort: 8080, port: 80 }], 'web');
  });

  it('are not held where whoever asks has them itself', async () => {
    const box = await create('box', [{ hostIp: '127.0.0.1', hostPort: 8080, port: 80, held: false }], 'web');
    expect(box.ports).toEqual([{ protocol: 'tcp', ip: '127.0.0.1', port: 8080, target: 80, held: false }]);
    expect(await portLines('sandbox/box')).toEqual([
      "nft add element inet fairlead self4 '{ 10.1.0.2 . 10.1.0.2 }'",
      "nft add element inet fairlead port4 '{ 127.0.0.1 . tcp . 8080 : 10.1.0.2 . 80 }'",
    ]);
    await expect(create('two', [{ hostPort: 8080, port: 80 }], 'web')).rejects.toEqual(refused('port-claimed', { where: ' (on 127.0.0.1)' }));
    await expect(create('two', [{ port: 80, held: false }], 'web')).rejects.toEqual(refused('value-invalid', { field: 'ports' }));
  });

  it('wait without a way out for their family, and follow it', async () => {
    await create('box', [{ hostPort: 8080, port: 80 }], 'inner');
    expect(await portLines('sandbox/box')).toEqual([
      '# 0.0.0.0:8080->80/tcp waits: network "inner" is internal',
      '# [::]:8080->80/tcp waits: network "inner" has no IPv6',
    ]);
    await fairlead.endpoints.create({ network: 'four', name: 'a', sandbox: 'box' });
    expect(await portLines('endpoint/a')).toContain("nft add element inet fairlead port4_any '{ tcp . 8080 : 10.2.0.2 . 80 }'");
    expect((await portLines('sandbox/box')).at(-1)).toBe('# [::]:8080->80/tcp waits: networks "inner", "four" have no IPv6');
    await fairlead.endpoints.create({ network: 'web', name: 'b', sandbox: 'box', gatewayPriority: 1 });
    expect((await portLines('endpoint/a')).filter((line) => !line.includes(' fairlead beside'))).toEqual([
      "nft add element inet fairlead self4 '{ 10.2.0.1 . 10.1.0.2 }'",
    ]);
    expect(await portLines('endpoint/b')).toHaveLength(6);
    await fairlead.endpoints.leave('b');
    expect(await portLines('endpoint/a')).toHaveLength(3);
  });

  it('are answered by the way that the call came, also to the other networks of the sandbox', async () => {
    const lines = async (endpoint: string) => (await portLines(`endpoint/${endpoint}`)).filter((line) => /beside|self[46] '{ \S+1 /.test(line));
    const beside = (ip: string, network: string) => `nft add element inet fairlead beside${ip.includes(':') ? 6 : 4} '{ ${ip} . "${network}" }'`;
    const own = (gateway: string, ip: string) => `nft add element inet fairlead self${ip.includes(':') ? 6 : 4} '{ ${gateway} . ${ip} }'`;
    const bridge = async (name: string) => ((await fairlead.networks.get(name)).facts as { device: string }).device;
    const box = await create('box', [{ hostPort: 8080, port: 80 }], 'web');
    expect(await lines('box')).toEqual([]);
    for (const network of ['four', 'inner']) await fairlead.endpoints.create({ network, name: `in-${network}`, sandbox: box.id });
    const four = await bridge('four');
    expect(await lines('in-four')).toEqual([beside('10.1.0.2', four), own('10.2.0.1', '10.1.0.2')]);
    expect(await lines('in-inner')).toEqual([own('10.3.0.1', '10.1.0.2')]);
    expect(await lines('box')).toEqual([]);
    await fairlead.endpoints.update('in-four', { gatewayPriority: 1 });
    expect(await lines('in-four')).toEqual([]);
    expect(await lines('in-inner')).toEqual([own('10.3.0.1', '10.2.0.2')]);
    expect(await lines('box')).toEqual([beside('10.2.0.2', await bridge('web')), own('10.1.0.1', '10.2.0.2')]);
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.endpoints.leave('in-four');
    expect(await lines('in-inner')).toEqual([own('10.3.0.1', '10.1.0.2')]);
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.endpoints.leave('box');
    expect(await lines('in-inner')).toEqual([]);
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.endpoints.join('in-four', 'box');
    expect(await lines('in-inner')).toEqual([own('10.3.0.1', '10.2.0.2')]);
    await fairlead.sandboxes.update('box', { ports: { remove: [{ port: 80 }] } });
    expect(await lines('in-inner')).toEqual([]);
  });

  it('are refused where a sandbox has them, and that is named', async () => {
    await create('one', [{ hostPort: 8080, port: 80 }], 'web');
    await expect(create('two', [{ hostPort: 8080, port: 81 }], 'web')).rejects.toEqual(
      refused('port-claimed', { sandbox: 'one', port: 8080, address: '0.0.0.0', where: '', mend: '-p 8081:81 uses another, -p 81 takes a free one' }),
    );
    await expect(create('two', [{ hostIp: '127.0.0.1', hostPort: 8080, port: 81 }], 'web')).rejects.toEqual(
      refused('port-claimed', { where: ' (on 0.0.0.0)' }),
    );
    await expect(create('two', [{ hostIp: '::1', hostPort: 8080, port: 81 }], 'web')).rejects.toEqual(refused('port-claimed', { where: ' (on ::)' }));
    const twice = [
      { hostPort: 9, port: 1 },
      { hostPort: 9, port: 2 },
    ] as const;
    await expect(create('two', twice, 'web')).rejects.toEqual(refused('value-invalid', { value: '9/tcp', reason: 'given twice' }));
    await create(
      'two',
      [
        { hostPort: 8080, port: 81, protocol: 'udp' },
        { hostPort: 9, port: 1 },
      ],
      'web',
    );
    await fairlead.sandboxes.update('one', { name: 'uno' });
    await expect(create('three', [{ hostPort: 8080, port: 80 }], 'web')).rejects.toEqual(refused('port-claimed', { sandbox: 'uno' }));
  });

  it('that are taken are answered with what may be asked for instead', async () => {
    await create('one', [{ hostIp: '127.0.0.1', hostPort: { first: 7100, last: 7101 }, port: { first: 80, last: 81 }, protocol: 'udp' }], 'web');
    const udp = { hostIp: '127.0.0.1', hostPort: 7100, port: 80, protocol: 'udp' } as const;
    await expect(create('two', [udp], 'web')).rejects.toEqual(
      refused('port-claimed', { mend: '-p 127.0.0.1:7102:80/udp uses another, -p 127.0.0.1::80/udp takes a free one' }),
    );
    await create('two', [{ hostIp: '::1', hostPort: 65_535, port: 80 }], 'web');
    await expect(fairlead.sandboxes.update('one', { ports: { add: [{ hostIp: '::1', hostPort: 65_535, port: 80 }] } })).rejects.toEqual(
      refused('port-claimed', { mend: '--publish-add [::1]::80 takes a free one' }),
    );
    const range = { ...udp, hostPort: { first: 7099, last: 7101 }, port: { first: 79, last: 81 } };
    await expect(create('three', [range], 'web')).rejects.toEqual(refused('port-claimed', { mend: 'choose another range' }));
  });

  it('on different addresses are different ports', async () => {
    await create('one', [{ hostIp: '127.0.0.1', hostPort: 8080, port: 80 }], 'web');
    await create('two', [{ hostIp: '127.0.0.2', hostPort: 8080, port: 80 }], 'web');
    await create('three', [{ hostIp: '::', hostPort: 8080, port: 80 }], 'web');
    await expect(create('four', [{ hostIp: '0.0.0.0', hostPort: 8080, port: 80 }], 'web')).rejects.toEqual(
      refused('port-claimed', { where: ' (on 127.0.0.1)' }),
    );
  });

  it('that nobody names are free ones, each in turn, the same for both families', async () => {
    expect(shown(await create('one', [{ port: 80 }, { port: 81 }], 'web'))).toEqual([
      '0.0.0.0:32768->80/tcp',
      '[::]:32768->80/tcp',
      '0.0.0.0:32769->81/tcp',
      '[::]:32769->81/tcp',
    ]);
    await fairlead.sandboxes.remove('one');
    expect(shown(await create('two', [{ port: 80 }], 'four'))).toContain('0.0.0.0:32770->80/tcp');
  });

  it('of ranges are the first free one, or one each', async () => {
    const range = (first: number, last: number) => ({ first, last });
    await create('one', [{ hostIp: '0.0.0.0', hostPort: 8000, port: 80 }], 'four');
    expect(shown(await create('two', [{ hostIp: '0.0.0.0', hostPort: range(8000, 8002), port: 80 }], 'four'))).toEqual(['0.0.0.0:8001->80/tcp']);
    const each = { hostIp: '0.0.0.0', hostPort: range(9000, 9002), port: range(80, 82) };
    expect(shown(await create('three', [each], 'four'))).toEqual(['0.0.0.0:9000->80/tcp', '0.0.0.0:9001->81/tcp', '0.0.0.0:9002->82/tcp']);
    await create('four', [{ hostPort: range(8000, 8002), port: 80 }], 'four');
    await expect(create('five', [{ hostPort: range(8000, 8002), port: 80 }], 'four')).rejects.toEqual(refused('ports-exhausted', { first: 8000, last: 8002 }));
    await expect(create('five', [{ ...each, port: range(80, 81) }], 'four')).rejects.toEqual(
      refused('value-invalid', { value: '0.0.0.0:9000-9002:80-81/tcp' }),
    );
  });

  it.each<[PortAsk, string]>([
    [{ port: 0 }, '0'],
    [{ port: 65_536 }, '65536'],
    [{ port: 80, hostPort: { first: 9, last: 8 } }, '9-8'],
    [{ port: 80, hostIp: 'web' }, 'web'],
    [{ port: 80, hostIp: '224.0.0.1' }, '224.0.0.1'],
    [{ port: 80, hostIp: '255.255.255.255' }, '255.255.255.255'],
    [{ port: 80, hostIp: 'fe80::1' }, 'fe80::1'],
    [{ port: 80, hostIp: '::ffff:127.0.0.1' }, '::ffff:127.0.0.1'],
    [{ port: 80, hostIp: '::ffff:0:0' }, '::ffff:0:0'],
  ])('%j are refused', async (ask, value) => {
    await expect(create('box', [ask], 'web')).rejects.toEqual(refused('value-invalid', { value }));
  });

  it('need an address of the host, and what the kernel has', async () => {
    await expect(create('box', [{ hostIp: '192.0.2.9', hostPort: 80, port: 80 }], 'web')).rejects.toEqual(refused('port-address', { address: '192.0.2.9' }));
    await expect(create('box', [{ hostPort: 80, port: 80, protocol: 'sctp' }], 'web')).rejects.toEqual(refused('kernel-lacks'));
    expect(await fairlead.sandboxes.list()).toEqual([]);
    await create('box', [{ hostPort: 80, port: 80 }], 'web');
  });
});

describe('ports of a living sandbox', () => {
  it('are published and withdrawn, and others stay as they are', async () => {
    const box = await create('box', [{ port: 80 }, { hostPort: 53, port: 53, protocol: 'udp' }], 'four');
    const changed = await fairlead.sandboxes.update('box', { ports: { add: [{ hostPort: 8443, port: 443 }], remove: [{ port: 53, protocol: 'udp' }] } });
    expect(shown(changed)).toEqual([...shown(box).slice(0, 2), '0.0.0.0:8443->443/tcp', '[::]:8443->443/tcp']);
    expect(await fairlead.sandboxes.get('box')).toEqual(changed);
    expect((await portLines('sandbox/box')).filter((line) => line.startsWith('nft') && line.includes('port4'))).toHaveLength(2);
    await create('next', [{ hostPort: 53, port: 53, protocol: 'udp' }], 'four');
  });

  it('are withdrawn on every address of the host where none is named', async () => {
    const asks = [{ hostIp: '127.0.0.1', hostPort: 9000, port: 80 }, { hostPort: 8080, port: 80 }, { hostIp: '::1', hostPort: 9001, port: 80 }, { port: 81 }];
    await create('box', asks, 'four');
    const left = await fairlead.sandboxes.update('box', { ports: { remove: [{ port: 80 }] } });
    expect(left.ports.map(({ target }) => target)).toEqual([81, 81]);
  });

  it('lead to another port of it in one change', async () => {
    await create('box', [{ hostIp: '0.0.0.0', hostPort: 8080, port: 80 }], 'four');
    const to = (port: number, old: number) =>
      fairlead.sandboxes.update('box', { ports: { add: [{ hostPort: 8080, port }], remove: [{ hostIp: '0.0.0.0', port: old }] } });
    expect(shown(await to(81, 80))).toEqual(['0.0.0.0:8080->81/tcp', '[::]:8080->81/tcp']);
    await expect(to(82, 80)).rejects.toEqual(refused('port-absent', { sandbox: 'box', port: '0.0.0.0:80/tcp' }));
    await expect(fairlead.sandboxes.update('box', { ports: { add: [{ hostPort: 8080, port: 1 }] } })).rejects.toEqual(refused('port-claimed'));
    await fairlead.sandboxes.update('box', { ports: { remove: [{ port: 81 }] } });
    await create('next', [{ hostPort: 8080, port: 80 }], 'four');
  });
});
