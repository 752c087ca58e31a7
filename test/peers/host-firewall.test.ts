import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { debian } from '../tool/debian.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Firewalls as people have them, made with the tools of Debian: what doctor says is typed there, and packets pass.
const env = debian('iptables', 'nftables');
const place =
  env['LD_LIBRARY_PATH']
    ?.split(':')
    .map((each) => join(each, 'xtables'))
    .find((each) => existsSync(each)) ?? '';
const withTools = ['env', `PATH=${env['PATH']}`, `LD_LIBRARY_PATH=${env['LD_LIBRARY_PATH']}`, `XTABLES_LIBDIR=${place}`];
// Which of the two `iptables` is, says a link that is made when the package is installed.
const NAMES = 'iptables() { iptables-nft "$@"; }; ip6tables() { ip6tables-nft "$@"; };';

const UFW = `*filter
:FORWARD DROP [0:0]
:ufw-before-forward - [0:0]
:ufw-user-forward - [0:0]
:ufw-reject-forward - [0:0]
-A FORWARD -j ufw-before-forward
-A FORWARD -j ufw-reject-forward
-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-forward -p icmp --icmp-type echo-request -j ACCEPT
-A ufw-before-forward -j ufw-user-forward
-A ufw-user-forward -d 10.99.0.0/16 -p tcp --dport 80 -j ACCEPT
COMMIT`;

// What kube-proxy, Tailscale and Calico leave to marks: none of it is for these packets, which then meet a policy of drop.
const MARKS = `*nat
:KUBE-SERVICES - [0:0]
:KUBE-MARK-MASQ - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-MARK-MASQ
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
COMMIT
*filter
:FORWARD DROP [0:0]
:KUBE-FORWARD - [0:0]
:ts-forward - [0:0]
:cali-FORWARD - [0:0]
-A FORWARD -j cali-FORWARD
-A FORWARD -j ts-forward
-A FORWARD -j KUBE-FORWARD
-A FORWARD -m mark --mark 0x10000/0x10000 -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000
-A ts-forward -m mark --mark 0x40000/0xff0000 -j ACCEPT
-A cali-FORWARD -j MARK --set-xmark 0x0/0xe0000
-A cali-FORWARD -i cali+ -j ACCEPT
COMMIT`;

const NATIVE = `table inet my-own {
  set lan { type ifname; elements = { "lan0" } }
  chain outward { iifname "lan0" accept; }
  chain across {
    type filter hook forward priority 10; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    tcp dport { 22, 25 } accept
    iifname @lan accept
    meta l4proto icmp accept
    jump outward
    counter log prefix "dropped " reject
  }
}`;

const LAN = `table inet my-own {
  set lan { type ipv4_addr; flags interval; elements = { 172.16.0.0/12, 192.168.0.0/16 } }
  chain across {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    oifname "uplink0" ip saddr @lan accept
    oifname "uplink0" ip saddr { 100.64.0.0/10, 10.65.0.0-10.127.255.255 } accept
  }
}`;

const firewalls: readonly { readonly title: string; readonly up: string; readonly down: string; readonly opens: RegExp }[] = [
  { title: 'ufw', up: `iptables-nft-restore <<'E'\n${UFW}\nE`, down: 'nft delete table ip filter', opens: /^iptables -I FORWARD / },
  {
    title: 'kube-proxy, Tailscale and Calico',
    up: `iptables-nft-restore <<'E'\n${MARKS}\nE`,
    down: 'nft delete table ip filter; nft delete table ip nat',
    opens: /^iptables -I FORWARD /,
  },
  {
    title: 'the same in iptables-legacy',
    up: `iptables-legacy-restore <<'E'\n${MARKS}\nE`,
    down: 'iptables-legacy -P FORWARD ACCEPT; for t in filter nat; do iptables-legacy -t $t -F; iptables-legacy -t $t -X; done',
    opens: /^iptables-legacy -I FORWARD /,
  },
  { title: 'a ruleset of nft', up: `nft -f - <<'E'\n${NATIVE}\nE`, down: 'nft delete table inet my-own', opens: /^nft insert rule inet my-own across / },
  {
    title: 'a ruleset that lets pass by addresses',
    up: `nft -f - <<'E'\n${LAN}\nE`,
    down: 'nft delete table inet my-own',
    opens: /^nft insert rule inet my-own across /,
  },
  {
    title: 'iptables-legacy',
    up: 'iptables-legacy -N mine && iptables-legacy -A mine -m conntrack --ctstate ESTABLISHED -j ACCEPT && iptables-legacy -A FORWARD -j mine && iptables-legacy -P FORWARD DROP',
    down: 'iptables-legacy -P FORWARD ACCEPT && iptables-legacy -F && iptables-legacy -X',
    opens: /^iptables-legacy -I FORWARD /,
  },
];

let host: HostNamespace;
let fairlead: Fairlead;
let device: string;
const probes = new Map<string, Probe>();
const at = (name: string): Probe => probes.get(name) as Probe;
const type = (line: string) => host.exec([...withTools, 'sh', '-c', `${NAMES} ${line}`]);
const look = async () => (await fairlead.doctor()).filter(({ code }) => code !== 'instance-other');
const ways = async () => [await at('box').tcp(OUTSIDE4), await at('outside').tcp(HOST4, 8000)];
const [OPEN, CLOSED] = [
  [HOST4, OUTSIDE4],
  [null, null],
] as const;

beforeAll(async () => {
  host = await hostNamespace();
  for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo 0 > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
  const outside = await outsideOf(host);
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0 });
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }] } });
  const { key } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }], ports: [{ hostPort: 8000, port: 7000 }] });
  device = String((await fairlead.networks.get('web')).facts?.['device']);
  for (const [name, path] of [
    ['box', key],
    ['outside', outside],
  ] as const)
    probes.set(name, await startProbe(path, name));
});
afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

describe.each(firewalls)('$title', ({ up, down, opens }) => {
  it('is opened by the lines that doctor prints, and by nothing else', async () => {
    expect(await ways()).toEqual(OPEN);
    await type(up);
    expect(await ways()).toEqual(CLOSED);
    const found = await look();
    expect(found.map(({ code, object }) => [code, object])).toEqual([['forward-closed', 'network/web']]);
    const lines = found.flatMap(({ mend }) => mend.split('; '));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(opens);
      await type(line);
    }
    expect(await ways()).toEqual(OPEN);
    expect(await look()).toEqual([]);
    await type(down);
    expect(await ways()).toEqual(OPEN);
  });
});

describe('a mark that opens the way', () => {
  const marking = (rule: string) => `*mangle\n${rule}\nCOMMIT\n*filter\n:FORWARD DROP [0:0]
-A FORWARD -m mark --mark 5 -j ACCEPT\n-A FORWARD -m conntrack --ctstate ESTABLISHED,DNAT -j ACCEPT\nCOMMIT`;
  const forward = (policy: string, ...rules: readonly string[]) =>
    `type filter hook forward priority 0; policy ${policy};\n${rules.join('\n')}\nct state established accept\nct status dnat accept`;
  const restored = () => marking(`-A PREROUTING -j CONNMARK --set-mark 5\n-A PREROUTING -j CONNMARK --restore-mark`);
  const [NFT, LEGACY] = [
    'nft delete table ip filter; nft delete table ip mangle',
    'iptables-legacy -P FORWARD ACCEPT; for t in filter mangle; do iptables-legacy -t $t -F; done',
  ];

  it.each<readonly [title: string, up: () => string, down: string]>([
    ['in prerouting', () => `iptables-nft-restore <<'E'\n${marking(`-A PREROUTING -i ${device} -j MARK --set-mark 5`)}\nE`, NFT],
    ['from the connection', () => `iptables-nft-restore <<'E'\n${restored()}\nE`, NFT],
    ['from the connection, in iptables-legacy', () => `iptables-legacy-restore <<'E'\n${restored()}\nE`, LEGACY],
    [
      'in another chain of the same priority',
      () =>
        `nft -f - <<'E'\ntable inet first {\nchain f {\n${forward('drop', 'meta mark 5 accept')}\n}\n}
table inet second {\nchain f {\n${forward('accept', 'meta mark set 5')}\n}\n}\nE`,
      'nft delete table inet first; nft delete table inet second',
    ],
    [
      'at the ingress of the bridge',
      () =>
        `nft -f - <<'E'\ntable inet first {\nchain i {\ntype filter hook ingress device ${device} priority 0;\nmeta mark set 5\n}
chain f {\n${forward('drop', 'meta mark 5 accept')}\n}\n}\nE`,
      'nft delete table inet first',
    ],
  ])('%s is not said to be closed', async (_, up, down) => {
    await type(up());
    expect(await at('box').tcp(OUTSIDE4)).toBe(HOST4);
    expect(await look()).toEqual([]);
    await type(down);
    expect(await ways()).toEqual(OPEN);
  });
});

describe('Docker', () => {
  it('is not in the way, prints its chain as ever, and has it as it was when the network has gone', async () => {
    await type(
      'iptables-nft -N DOCKER-USER && iptables-nft -A DOCKER-USER -j RETURN && iptables-nft -A FORWARD -j DOCKER-USER && iptables-nft -P FORWARD DROP',
    );
    await vi.waitFor(async () => expect(await look()).toEqual([]), { timeout: 10_000 });
    expect(await ways()).toEqual(OPEN);
    const printed = async () => (await type('iptables-nft -S DOCKER-USER')).trim().split('\n');
    const comment = `-m comment --comment "fairlead:`;
    const [chain, ...rules] = await printed();
    expect(chain).toBe('-N DOCKER-USER');
    expect(rules.slice(-1)).toEqual(['-A DOCKER-USER -j RETURN']);
    expect(rules.slice(0, -1).sort()).toEqual([
      expect.stringMatching(`^-A DOCKER-USER -i ${device} -o uplink0 ${comment}\\w+ ${device} to uplink0" -j ACCEPT$`),
      expect.stringMatching(`^-A DOCKER-USER -o ${device} ${comment}\\w+ into ${device}" -j ACCEPT$`),
    ]);
    // Saved and restored, as at a reboot, it says the same.
    await type('iptables-nft-save > /tmp/fairlead-saved-$$ && iptables-nft-restore < /tmp/fairlead-saved-$$; rm /tmp/fairlead-saved-$$');
    await vi.waitFor(async () => expect(await look()).toEqual([]), { timeout: 10_000 });
    expect(await ways()).toEqual(OPEN);
    await fairlead.sandboxes.remove('box', { settle: true });
    await fairlead.networks.remove('web', { settle: true });
    expect((await printed()).filter((line) => !line.includes('RETURN'))).toEqual(['-N DOCKER-USER']);
  });
});
