import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { element } from '../../test/conformance/kernel/shapes.js';
import type { InterfaceAddress, Ip, Mac } from '../ip/types.js';
import { commands } from './commands.js';
import { diff } from './diff.js';
import { invert } from './invert.js';
import { endsOf, keyOf } from './key.js';
import { subject } from './order.js';
import { diesWith, parentsOf } from './parents.js';
import { mendingHand } from './hand.js';
import type { LinkResource, Operation, Plan, Resource } from './resource.js';
import { same } from './same.js';

const namespace: Resource = { kind: 'namespace', in: 'ns/a' };
const bridge: Resource = { kind: 'link', in: 'host', name: 'br0', spec: { type: 'bridge' }, mtu: 1500 };
const veth: Resource = {
  kind: 'link',
  in: 'host',
  name: 'fl1',
  spec: { type: 'veth', peer: { in: 'ns/a', name: 'eth0', mac: '02:42:0a:00:00:02' as Mac } },
  master: 'br0',
};
const address: Resource = { kind: 'address', in: 'ns/a', link: 'eth0', address: '10.0.0.2/24' as InterfaceAddress };
const up: Resource = { kind: 'up', in: 'ns/a', link: 'eth0' };
const route: Resource = { kind: 'route', in: 'ns/a', family: 4, to: 'default', via: '10.0.0.1' as Ip, dev: 'eth0' };
const table: Resource = { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' };
const masq: Resource = { kind: 'element', in: 'host', family: 'inet', table: 'fairlead', map: 'masq', key: 'br0' };
const internal: Resource = { kind: 'element', in: 'host', family: 'inet', table: 'fairlead', map: 'internal', key: 'br0' };
const forwarding: Resource = { kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' };
const all = [route, up, address, veth, bridge, namespace, forwarding, masq, internal, table];

const keys = (plan: Plan) => plan.map((operation) => `${operation.do} ${keyOf(subject(operation))}`);

describe('keys and parents', () => {
  it('knows a veth by both of its ends', () => {
    expect(endsOf(veth)).toEqual(['link host fl1', 'link ns/a eth0']);
    expect(parentsOf(address)).toContain('link ns/a eth0');
  });

  it('tells routes apart by family, destination and metric', () => {
    expect(keyOf(route)).not.toBe(keyOf({ ...route, metric: 5 }));
    expect(keyOf(route)).toBe(keyOf({ ...route, via: '10.0.0.9' as Ip }));
  });

  it('lets a link outlive its namespace in a plan, because a process may keep that alive', () => {
    expect(diesWith(veth)).toEqual([]);
    expect(keys(diff([namespace, veth, address], []))).toEqual(['delete link host fl1', 'delete namespace ns/a ']);
  });
});

describe('links upon others', () => {
  const vlan: Resource = { kind: 'link', in: 'host', name: 'eth1.50', spec: { type: 'vlan', parent: 'eth1', id: 50 } };
  const macvlan: LinkResource = { kind: 'link', in: 'ns/a', name: 'eth0', spec: { type: 'macvlan', parent: 'eth1.50', mode: 'bridge' }, mtu: 1400 };
  const ipvlan: LinkResource = { kind: 'link', in: 'host', name: 'fl2', spec: { type: 'ipvlan', parent: 'eth1', mode: 'l3s', flag: 'private' } };

  it('come after what they stand upon, and are printed in the words of iproute2', () => {
    const plan = diff([], [up, macvlan, ipvlan, vlan, namespace]);
    expect(keys(plan)).toEqual(['create namespace ns/a ', 'create link host eth1.50', 'create link host fl2', 'create link ns/a eth0', 'create up ns/a eth0']);
    expect(commands(plan).slice(2)).toEqual([
      'ip link add link eth1 name eth1.50 type vlan id 50',
      'ip link set eth1.50 addrgenmode none',
      'ip link add link eth1 name fl2 type ipvlan mode l3s private',
      'ip link set fl2 addrgenmode none',
      'ip link add link eth1.50 name fl-eth0 mtu 1400 netns a type macvlan mode bridge',
      'ip -n a link set fl-eth0 name eth0 addrgenmode none',
      'ip -n a link set eth0 up',
    ]);
    expect(commands(diff([macvlan, vlan], [vlan]))).toEqual(['ip -n a link delete eth0']);
  });

  it('are made anew where they are to stand otherwise, or no MTU is asked for any more', () => {
    const passthru: LinkResource = { ...macvlan, spec: { type: 'macvlan', parent: 'eth1.50', mode: 'passthru' } };
    expect(commands([{ do: 'change', from: macvlan, to: passthru }])[0]).toBe('ip -n a link delete eth0');
    const { mtu: _, ...plain } = macvlan;
    expect(commands([{ do: 'change', from: macvlan, to: plain }])[0]).toBe('ip -n a link delete eth0');
    expect(commands([{ do: 'change', from: plain, to: macvlan }])).toEqual(['ip -n a link set eth0 mtu 1400']);
  });
});

describe('diff', () => {
  it('creates parents first, policy before up, routes last, and forwarding behind the rules', () => {
    expect(keys(diff([], all))).toEqual([
      'create namespace ns/a ',
      'create table host inet fairlead',
      'create element host inet fairlead masq br0',
      'create element host inet fairlead internal br0',
      'create link host br0',
      'create link host fl1',
      'create sysctl host net/ipv4/ip_forward',
      'create address ns/a eth0 10.0.0.2/24',
      'create up ns/a eth0',
      'create route ns/a 4 default 0',
    ]);
  });

  it('makes links that lead from one namespace into another before what is on their ends, whichever is said first', () => {
    const segment: Resource = { kind: 'namespace', in: 'ns/s' };
    const lead: Resource = { kind: 'link', in: 'ns/s', name: 'fl1', spec: { type: 'veth', peer: { in: 'ns/a', name: 'eth0' } } };
    expect(keys(diff([], [namespace, address, up, segment, lead]))).toEqual([
      'create namespace ns/a ',
      'create namespace ns/s ',
      'create link ns/s fl1',
      'create address ns/a eth0 10.0.0.2/24',
      'create up ns/a eth0',
    ]);
  });

  it('closes first what was open, and keeps what closes until the end', () => {
    const plan = keys(diff([bridge, masq, internal, table, forwarding], [table]));
    expect(plan[0]).toBe('delete element host inet fairlead masq br0');
    expect(plan.indexOf('delete sysctl host net/ipv4/ip_forward')).toBeLessThan(plan.indexOf('delete element host inet fairlead internal br0'));
  });

  it('does not delete one by one what goes with its parent', () => {
    expect(keys(diff([table, masq, internal], []))).toEqual(['delete table host inet fairlead']);
    expect(keys(diff([veth, address, up, route], []))).toEqual(['delete link host fl1']);
  });

  it('changes what has other values and leaves alone what has not', () => {
    expect(diff([bridge, veth], [{ ...bridge, mtu: 1400 }, { ...veth }])).toEqual([{ do: 'change', from: bridge, to: { ...bridge, mtu: 1400 } }]);
  });

  it('is empty between equal sets, whatever their order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all), (some) => {
        expect(diff(some, [...some].reverse())).toEqual([]);
      }),
    );
  });

  it('reaches the wanted set from any other, parents always before children', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all), fc.shuffledSubarray(all), (before, after) => {
        const plan = diff(before, after);
        const made = plan.flatMap((operation) => (operation.do === 'create' ? [operation.resource] : []));
        expect(new Set(made.map(keyOf))).toEqual(new Set(after.filter((each) => !before.includes(each)).map(keyOf)));
        for (const [index, resource] of made.entries()) {
          const later = new Set(made.slice(index).flatMap(endsOf));
          for (const parent of parentsOf(resource)) expect(later.has(parent)).toBe(false);
        }
      }),
    );
  });
});

describe('invert', () => {
  it('takes a plan back in reverse order', () => {
    const plan = diff([bridge], [{ ...bridge, mtu: 1400 }, namespace]);
    expect(keys(invert(plan))).toEqual([...keys(plan)].reverse().map((each) => each.replace('create', 'delete')));
    expect(invert(invert(plan))).toEqual(plan);
  });
});

describe('same', () => {
  it('compares by value and passes over what is undefined', () => {
    expect(same(veth, structuredClone(veth))).toBe(true);
    expect(same(bridge, { ...bridge, mtu: 1400 })).toBe(false);
    expect(same(bridge, { ...bridge, mac: '02:00:00:00:00:01' as Mac })).toBe(false);
  });
});

describe('commands', () => {
  it('gives a link that was renamed its name back', () => {
    const bridge: LinkResource = { kind: 'link', in: 'host', name: 'br0', spec: { type: 'bridge' } };
    expect(commands([{ do: 'change', from: { ...bridge, renamed: 'hugo' }, to: bridge }])).toEqual(['ip link set hugo name br0']);
    expect(commands([{ do: 'delete', resource: { ...bridge, renamed: 'hugo' } }])).toEqual(['ip link delete hugo']);
  });

  it('binds a namespace to its file again from a process that lives in it', () => {
    const lost: Operation = { do: 'change', from: { ...namespace, process: 42 }, to: namespace };
    expect(commands([lost])).toEqual(['ip netns attach a 42']);
    const hand = mendingHand({ id: 'x', group: 9 }, () => '/run/x/a');
    expect(commands([lost], hand)).toEqual(['touch /run/x/a', 'mount --bind /proc/42/ns/net /run/x/a']);
  });

  it('sets a loopback up again that somebody took down, and makes nothing anew for it', () => {
    expect(commands([{ do: 'change', from: { ...namespace, silent: true }, to: namespace }])).toEqual(['ip -n a link set lo up']);
  });

  it('gives an adopted namespace a name', () => {
    const adopted: Resource = { kind: 'namespace', in: 'ns/a', adopted: { path: '/proc/42/ns/net', cookie: '7' } };
    expect(commands(diff([], [adopted]))).toEqual([
      'mkdir -p /run/netns',
      'touch /run/netns/a',
      'mount --bind /proc/42/ns/net /run/netns/a',
      'ip -n a link set lo up',
    ]);
  });

  it('prints what a person would type', () => {
    expect(commands(diff([], all))).toMatchInlineSnapshot(`
      [
        "ip netns add a",
        "ip -n a link set lo up",
        "nft list table inet fairlead > /dev/null 2>&1 || fairlead explain ruleset/inet | nft -f -",
        "nft add element inet fairlead masq '{ "br0" }'",
        "nft add element inet fairlead internal '{ "br0" }'",
        "ip link add br0 mtu 1500 type bridge",
        "ip link set br0 addrgenmode none",
        "ip link add fl1 type veth peer name eth0 address 02:42:0a:00:00:02 netns a",
        "ip link set fl1 addrgenmode none",
        "ip -n a link set eth0 addrgenmode none",
        "ip link set fl1 master br0",
        "sysctl -w net/ipv4/ip_forward=1",
        "ip -n a address add 10.0.0.2/24 dev eth0",
        "ip -n a link set eth0 up",
        "ip -n a route add default via 10.0.0.1 dev eth0 protocol 250",
      ]
    `);
    expect(commands(diff(all, []))).toMatchInlineSnapshot(`
      [
        "ip link delete fl1",
        "ip link delete br0",
        "nft delete table inet fairlead",
        "ip netns delete a",
      ]
    `);
  });

  it('quotes names of links and leaves addresses, ports and protocols bare', () => {
    const lines = commands(diff([], [element('port6', 'fd00::1 . tcp . 80', 'fd00::2 . 8080'), element('snat4', 'br0', '192.0.2.1')]));
    expect(lines).toEqual([
      "nft add element inet fairlead port6 '{ fd00::1 . tcp . 80 : fd00::2 . 8080 }'",
      `nft add element inet fairlead snat4 '{ "br0" : 192.0.2.1 }'`,
    ]);
  });
});
