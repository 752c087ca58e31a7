import { expect, it } from 'vitest';
import { endpoint, link, network, port, route, sandbox, view } from '../../../test/tool/doctor-view.js';
import type { DoctorView } from '../../model/check.js';
import type { Ip } from '../../ip/types.js';
import type { Network, PublishedPort } from '../../model/records.js';
import type { ForeignChain, ForwardedPacket } from '../../resource/firewall.js';
import { firewallCheck } from './firewall.js';

const CHAIN: ForeignChain = { family: 'inet', table: 'fw', chain: 'forward', by: 'policy', tool: 'nft' };
interface Scene {
  readonly web?: Network;
  readonly ports?: readonly PublishedPort[];
  readonly chain?: ForeignChain;
  readonly host?: DoctorView['host'];
}
const look = async (drops: (packet: ForwardedPacket) => boolean, { web = network('web'), ports = [port(8080, 80)], chain = CHAIN, host }: Scene = {}) => {
  const box = sandbox('box', { ports });
  return firewallCheck.run(
    view({
      networks: [web],
      sandboxes: [box],
      endpoints: [endpoint('box', web, box, '10.64.0.2')],
      judge: async (packets) => ({ drops: packets.map((packet) => (drops(packet) ? [chain] : [])) }),
      ...(host && { host }),
    }),
  );
};
const lines = async (...args: Parameters<typeof look>) => (await look(...args)).map(({ code, mend }) => [code, ...mend.split('; ')]);

it('tells what is closed, and the very rules that open that chain', async () => {
  expect(await look(() => true)).toEqual([
    {
      code: 'forward-closed',
      object: 'network/web',
      problem: 'chain forward of the nftables table inet fw (policy) drops what is forwarded, and this is closed: the way out, published port 8080/tcp',
      mend: [
        `nft insert rule inet fw forward iifname '"br-web"' accept`,
        `nft insert rule inet fw forward oifname '"br-web"' ct state established,related accept`,
        'nft insert rule inet fw forward meta l4proto tcp ct status dnat ct original proto-dst 8080 accept',
      ].join('; '),
    },
  ]);
});

it('says for iptables what iptables takes', async () => {
  const chain: ForeignChain = { family: 'ip', table: 'filter', chain: 'FORWARD', by: 'policy', tool: 'iptables' };
  const expected = [
    'forward-closed',
    'iptables -I FORWARD -i br-web -j ACCEPT',
    'iptables -I FORWARD -o br-web -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    'iptables -I FORWARD -p tcp -m conntrack --ctstate DNAT --ctorigdstport 8080 -j ACCEPT',
  ];
  expect(await lines(() => true, { chain })).toEqual([expected]);
  expect(await lines(() => true, { chain: { ...chain, tool: 'iptables-legacy' } })).toEqual([
    expected.map((line) => line.replace('iptables -I', 'iptables-legacy -I')),
  ]);
});

it('takes no list of addresses that are kept out for a closed way out', async () => {
  const asked: ForwardedPacket[] = [];
  await look((packet) => asked.push(packet) < 0);
  const to = [...new Set(asked.flatMap((packet) => (packet.to && packet.port === 443 ? [packet.to] : [])))];
  expect(to.length).toBeGreaterThan(2);
  for (const open of to) expect(await look((packet) => to.includes(packet.to as Ip) && packet.to !== open)).toEqual([]);
  expect(await lines((packet) => to.includes(packet.to as Ip))).toEqual([['forward-closed', `nft insert rule inet fw forward iifname '"br-web"' accept`]]);
});

it('asks about the addresses that sandboxes have: firewalls often let pass by these', async () => {
  const asked: ForwardedPacket[] = [];
  const web = network('web', { facts: { device: 'br-web', filtered: ['ipv4'] } });
  await look((packet) => asked.push(packet) < 0, { web });
  const [subnet] = web.pools.map((pool) => pool.subnet);
  expect(asked.filter(({ oif, from, to }) => oif === 'br-web' && from === subnet && to === subnet)).toHaveLength(1);
  expect(asked.filter(({ iif, port }) => iif === 'br-web' && port === 443).every(({ from }) => from === subnet)).toBe(true);
  expect(asked.filter(({ begins, to }) => !begins && to === subnet)).toHaveLength(1);
});

it('says only what is still closed', async () => {
  expect(await lines((packet) => packet.published !== undefined)).toEqual([
    ['forward-closed', 'nft insert rule inet fw forward meta l4proto tcp ct status dnat ct original proto-dst 8080 accept'],
  ]);
  expect(await look(() => false)).toEqual([]);
});

it('opens many ports by one rule', async () => {
  const ports = Array.from({ length: 30 }, (_, index) => port(8000 + index, 80));
  const [found] = await look((packet) => packet.published !== undefined, { ports });
  expect(found).toMatchObject({
    problem: expect.stringMatching(/published ports 8000\/tcp, 8001\/tcp, .*, 25 more$/),
    mend: `nft insert rule inet fw forward oifname '"br-web"' ct status dnat accept`,
  });
});

it('finds nothing closed between sandboxes that are not to reach each other', async () => {
  for (const enable_icc of ['false', '0'])
    expect(
      await look(() => true, {
        web: network('web', {
          internal: true,
          options: { 'com.docker.network.bridge.enable_icc': enable_icc },
          facts: { device: 'br-web', filtered: ['ipv4'] },
        }),
      }),
    ).toEqual([]);
});

it("names what br_netfilter and a drop mean for a network's own traffic, an internal one's too", async () => {
  const web = network('web', { internal: true, facts: { device: 'br-web', filtered: ['ipv4'] } });
  expect(await look(() => true, { web })).toEqual([
    {
      code: 'bridged-closed',
      object: 'network/web',
      problem:
        'br_netfilter is on, and chain forward of the nftables table inet fw (policy) drops what is forwarded: its own sandboxes do not reach each other',
      mend: `nft insert rule inet fw forward iifname '"br-web"' oifname '"br-web"' accept`,
    },
  ]);
});

it('asks for nothing that is not forwarded: loopback, what waits, networks that are not there', async () => {
  const asked: ForwardedPacket[] = [];
  const note = (packet: ForwardedPacket) => !asked.push(packet);
  await look(note, { ports: [port(8080, 80, { ip: '127.0.0.1' as PublishedPort['ip'] })] });
  expect(asked.filter(({ published }) => published !== undefined)).toEqual([]);
  asked.length = 0;
  await look(note, { web: network('web', { facts: null }) });
  expect(asked).toEqual([]);
});

it('counts what one of several ways out lets pass as open', async () => {
  const host = { links: [link('eth0'), link('eth1')], routes: [route('default', 'eth0'), route('default', 'eth1')], tables: [], lacks: [], inet6: true };
  expect(await look(({ iif, oif }) => iif === 'eth1' || oif === 'eth1', { host })).toEqual([]);
  expect(await look(() => true, { host })).toHaveLength(1);
});

it('quotes names of chains that are no words', async () => {
  const chain: ForeignChain = { ...CHAIN, table: "it's", chain: '$(reboot)' };
  const [found] = await look((packet) => packet.published !== undefined, { chain });
  expect(found?.mend).toContain(`nft insert rule inet 'it'\\''s' '$(reboot)' meta`);
});
