import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Facts } from '../base/json.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { keyOf } from '../resource/key.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Plan, Resource } from '../resource/resource.js';
import { Ledger } from './ledger.js';
import type { Journal } from './types.js';

class MemoryJournal implements Journal {
  readonly entries = new Map<Key, Facts>();
  list = () => this.entries;
  put = async (entries: ReadonlyMap<Key, Facts>) => {
    for (const [key, facts] of entries) this.entries.set(key, facts);
  };
  remove = async (keys: readonly Key[]) => {
    for (const key of keys) this.entries.delete(key);
  };
}

function setUp() {
  const kernel = new SimulatedKernel({});
  const plans: Plan[] = [];
  const apply = kernel.apply.bind(kernel);
  kernel.apply = (plan) => {
    plans.push(plan);
    return apply(plan);
  };
  const journal = new MemoryJournal();
  return { kernel, journal, plans, ledger: new Ledger(kernel, journal) };
}

const bridge = (name: string, mtu = 1500): Resource => ({ kind: 'link', in: 'host', name, spec: { type: 'bridge' }, mtu });
const TABLE: Resource = { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' };
const element = (map: string, key: string): Resource => ({ kind: 'element', in: 'host', family: 'inet', table: 'fairlead', map, key });
const claims = (...entries: [Owner, readonly Resource[]][]) => new Map(entries);
const names = async (kernel: SimulatedKernel) => (await kernel.read()).map(keyOf).sort();
const forwarding: Resource = { kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' };

describe('declare', () => {
  it('makes what is claimed, and deletes it with the last claim', async () => {
    const { kernel, ledger } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br0')]], ['network/b', [bridge('br0')]]));
    await ledger.declare(claims(['network/a', []]));
    expect(await names(kernel)).toEqual(['link host br0']);
    const { drained } = await ledger.declare(claims(['network/b', []]));
    await drained;
    expect(await names(kernel)).toEqual([]);
  });

  it('merges what is asked in one turn into one transaction', async () => {
    const { ledger, plans } = setUp();
    await Promise.all(['a', 'b', 'c'].map((name) => ledger.declare(claims([`network/${name}`, [bridge(`br-${name}`)]]))));
    expect(plans).toHaveLength(1);
    expect(plans[0]).toHaveLength(3);
  });

  it('lets the caller reply first where it is to go behind that, and whoever asks meanwhile goes along', async () => {
    const { ledger, plans } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br-a')]]));
    await new Promise((turn) => setImmediate(turn));
    const behind = ledger.declare(claims(['network/a', []]), { behind: true });
    for (let n = 0; n < 10; n++) await Promise.resolve();
    expect([plans.length, ledger.waiting]).toEqual([1, 1]);
    await Promise.all([behind, ledger.declare(claims(['network/b', [bridge('br-b')]]))]);
    expect(plans.slice(1)).toEqual([expect.arrayContaining([expect.objectContaining({ do: 'delete' }), expect.objectContaining({ do: 'create' })])]);
  });

  it('separates a merged transaction that fails, so that only the guilty fails', async () => {
    const { kernel, ledger } = setUp();
    const orphan: Resource = { kind: 'up', in: 'host', link: 'absent0' };
    const outcomes = await Promise.allSettled([
      ledger.declare(claims(['network/a', [bridge('br-a')]])),
      ledger.declare(claims(['network/bad', [orphan]])),
      ledger.declare(claims(['network/c', [bridge('br-c')]])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await names(kernel)).toEqual(['link host br-a', 'link host br-c']);
    expect(ledger.claimsOf('network/bad')).toEqual([]);
  });

  it('refuses a second claim with other values, naming who holds it, and goes on with the others of the batch', async () => {
    const { kernel, ledger } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br0')]]));
    const outcomes = await Promise.allSettled([
      ledger.declare(claims(['network/b', [bridge('br0', 1400)]])),
      ledger.declare(claims(['network/c', [bridge('br-c')]])),
    ]);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'resource-conflict', values: { owner: 'network/a' } } });
    expect(await names(kernel)).toEqual(['link host br-c', 'link host br0']);
  });

  it('turns another declaration of the same owner into the difference', async () => {
    const { ledger, plans } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br0')]]));
    await ledger.declare(claims(['network/a', [bridge('br0', 1400)]]));
    expect(plans[1]).toEqual([{ do: 'change', from: bridge('br0'), to: bridge('br0', 1400) }]);
    await ledger.declare(claims(['network/a', [bridge('br0', 1400)]]));
    expect(plans).toHaveLength(2);
  });

  it('makes what all lists say together, in whatever order and however often they say it', async () => {
    // Two objects of each value: what stays is passed over by object.
    const pool = [0, 1, 2, 3].flatMap((n) => [bridge(`br${n}`), bridge(`br${n}`)]);
    const list = fc.array(fc.constantFrom(...pool), { maxLength: 6 });
    const declaration = fc.record({ owner: fc.constantFrom<Owner>('network/a', 'network/b'), list });
    await fc.assert(
      fc.asyncProperty(fc.array(declaration, { maxLength: 8 }), async (declarations) => {
        const { kernel, ledger } = setUp();
        const said = new Map<Owner, readonly Resource[]>();
        for (const { owner, list } of declarations) {
          said.set(owner, list);
          await (await ledger.declare(claims([owner, list]))).drained;
          expect(await names(kernel)).toEqual([...new Set([...said.values()].flat().map(keyOf))].sort());
        }
      }),
    );
  });

  it('lets a resource pass from one owner to another in one batch without touching the kernel', async () => {
    const { ledger, plans } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br0')]]));
    await ledger.declare(claims(['network/a', []], ['network/b', [bridge('br0')]]));
    expect(plans).toHaveLength(1);
    expect(ledger.claimsOf('network/b')).toEqual([bridge('br0')]);
  });

  describe('what is handed over', () => {
    const slot = [bridge('br0'), element('masq', 'a')];

    it('passes to others at once, and the kernel hears of the elements alone', async () => {
      const { kernel, ledger } = setUp();
      await ledger.declare(claims(['slot/a', [bridge('br0')]], ['network/n', [TABLE]]));
      expect((await ledger.handOver(claims(['slot/a', []], ['sandbox/a', slot])))?.plan).toEqual([{ do: 'create', resource: element('masq', 'a') }]);
      expect(ledger.claimsOf('sandbox/a')).toEqual(slot);
      expect(ledger.claimsOf('slot/a')).toEqual([]);
      expect(await names(kernel)).toEqual([bridge('br0'), element('masq', 'a'), TABLE].map(keyOf).sort());
    });

    it('is refused, and nothing done, where there is more to do, or somebody else holds it with other values', async () => {
      const { kernel, ledger } = setUp();
      await ledger.declare(claims(['network/n', [TABLE]], ['network/a', [bridge('br0')]]));
      expect(await ledger.handOver(claims(['sandbox/a', [bridge('br1'), element('masq', 'a')]]))).toBeUndefined();
      expect(await ledger.handOver(claims(['sandbox/a', [bridge('br0', 1400)]]))).toBeUndefined();
      expect(ledger.claimsOf('sandbox/a')).toEqual([]);
      expect(await names(kernel)).toEqual([bridge('br0'), TABLE].map(keyOf).sort());
    });

    it('passes what waits, but not what it meets', async () => {
      const { kernel, ledger } = setUp();
      await ledger.declare(claims(['network/n', [TABLE]], ['slot/a', [bridge('br0')]], ['slot/b', [bridge('br1')]]));
      let go = (): void => {};
      const apply = kernel.apply.bind(kernel);
      kernel.apply = async (plan) => {
        await new Promise<void>((resolve) => (go = resolve));
        return apply(plan);
      };
      const slow = ledger.declare(claims(['slot/b', []]));
      await Promise.resolve();
      await Promise.resolve();
      expect(await ledger.handOver(claims(['slot/b', []], ['sandbox/b', [bridge('br1')]]))).toBeUndefined();
      expect(await ledger.handOver(claims(['slot/a', []], ['sandbox/a', slot]))).toBeDefined();
      go();
      await (await slow).drained;
      expect(await names(kernel)).toEqual([...slot, TABLE].map(keyOf).sort());
    });

    it('is one transaction with what else is handed over in that turn, and refused by itself', async () => {
      const { kernel, ledger } = setUp();
      const some = [...'abcd'];
      await ledger.declare(claims(['network/n', [TABLE]], ...some.map((each): [Owner, readonly Resource[]] => [`slot/${each}`, [bridge(`br-${each}`)]])));
      const put = vi.spyOn(kernel, 'put');
      const over = (each: string, more: Resource = element('masq', each)) =>
        ledger.handOver(claims([`slot/${each}`, []], [`sandbox/${each}`, [bridge(`br-${each}`), more]]));
      const [first, second] = await Promise.all([over('a'), over('b')]);
      expect([first?.plan.length, second?.plan.length, put.mock.calls.length]).toEqual([2, 2, 1]);
      expect((await Promise.all([over('c'), over('d', bridge('new'))])).map((each) => each?.plan.length)).toEqual([1, undefined]);
      expect([ledger.claimsOf('sandbox/c').length, ledger.claimsOf('sandbox/d').length]).toEqual([2, 0]);
    });

    it('waits where the kernel is being compared with what is claimed', async () => {
      const { kernel, ledger } = setUp();
      await ledger.declare(claims(['network/n', [TABLE]], ['slot/a', [bridge('br0')]]));
      let go = (): void => {};
      const read = kernel.read.bind(kernel);
      kernel.read = async () => {
        await new Promise<void>((resolve) => (go = resolve));
        return read();
      };
      const healed = ledger.heal('mend');
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      expect(await ledger.handOver(claims(['slot/a', []], ['sandbox/a', slot]))).toBeUndefined();
      go();
      await healed;
      expect(await ledger.handOver(claims(['slot/a', []], ['sandbox/a', slot]))).toBeDefined();
    });
  });

  it('is waited for by whoever asks, what comes later is not', async () => {
    const { ledger, plans } = setUp();
    await ledger.past();
    void ledger.declare(claims(['network/a', [bridge('br1')]]));
    await Promise.resolve();
    void ledger.declare(claims(['network/b', [bridge('br2')]]), { behind: true });
    await ledger.past();
    expect(plans.flat().map((each) => each.do)).toEqual(['create', 'create']);
    void ledger.declare(claims(['network/c', [bridge('br3')]]));
    expect(plans.flat()).toHaveLength(2);
    await ledger.past();
    expect(plans.flat()).toHaveLength(3);
  });

  it('previews without doing', async () => {
    const { ledger, plans } = setUp();
    expect(ledger.preview(claims(['network/a', [bridge('br0')]]))).toEqual([{ do: 'create', resource: bridge('br0') }]);
    expect(plans).toEqual([]);
  });
});

describe('borrowed things', () => {
  it('writes their past down before touching them, and gives it back with the last claim', async () => {
    const { kernel, ledger, journal } = setUp();
    await ledger.declare(claims(['network/a', [forwarding]]));
    expect(journal.entries.get(keyOf(forwarding))).toEqual({ value: '0' });
    await ledger.declare(claims(['network/b', [forwarding]]));
    await ledger.declare(claims(['network/a', []]));
    expect(await kernel.was([forwarding])).toEqual([{ value: '1' }]);
    await ledger.declare(claims(['network/b', []]));
    expect(await kernel.was([forwarding])).toEqual([{ value: '0' }]);
    expect(journal.entries.size).toBe(0);
  });

  it('does not take what it made of them for their past after a restart', async () => {
    const { kernel, ledger, journal } = setUp();
    await ledger.declare(claims(['network/a', [forwarding]]));
    const next = new Ledger(kernel, journal);
    next.restore(claims(['network/a', [forwarding]]));
    expect((await next.heal('mend')).plan).toEqual([]);
    await next.declare(claims(['network/a', []]));
    expect(await kernel.was([forwarding])).toEqual([{ value: '0' }]);
  });

  it('gives back at the next start what nobody claims any more', async () => {
    const { kernel, ledger, journal } = setUp();
    await ledger.declare(claims(['network/a', [forwarding]]));
    await new Ledger(kernel, journal).heal('mend');
    expect(await kernel.was([forwarding])).toEqual([{ value: '0' }]);
    expect(journal.entries.size).toBe(0);
  });
});

describe('heal', () => {
  it('finds nothing where all is well', async () => {
    const { ledger } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br0'), forwarding]]));
    expect(await ledger.heal('report')).toEqual({ differences: [], plan: [], unmended: [] });
  });

  it('makes what is missing and deletes what nobody claims, after a start', async () => {
    const { kernel, ledger, journal } = setUp();
    await ledger.declare(claims(['network/old', [bridge('br-old')]]));
    const next = new Ledger(kernel, journal);
    next.restore(claims(['network/new', [bridge('br-new')]]));
    const { differences } = await next.heal('mend');
    expect(differences.map(({ operation, owners }) => [operation.do, owners])).toEqual([
      ['create', ['network/new']],
      ['delete', []],
    ]);
    await kernel.settled();
    expect(await names(kernel)).toEqual(['link host br-new']);
  });

  it('leaves alone what is set on a link of an endpoint without addresses, and nowhere else', async () => {
    const { kernel, ledger } = setUp();
    const inside = (owner: Owner, name: string, ...more: Resource[]): [Owner, readonly Resource[]] => {
      const stack = `ns/${name}` as const;
      const link: Resource = { kind: 'link', in: 'host', name: `fl${name}`, spec: { type: 'veth', peer: { in: stack, name: 'eth0' } } };
      return [owner, [{ kind: 'namespace', in: stack }, link, ...more]];
    };
    const address = (name: string, text: string): Resource => ({ kind: 'address', in: `ns/${name}`, link: 'eth0', address: text as never });
    const neighbour = (name: string): Resource => ({
      kind: 'neighbour',
      in: `ns/${name}`,
      link: 'eth0',
      ip: '192.0.2.9' as never,
      mac: '02:00:00:00:00:09' as never,
    });
    const flows: Resource = { kind: 'flows', in: 'host', ip: '10.0.0.3' as never };
    await ledger.declare(
      claims(
        inside('endpoint/bare', 'bare'),
        inside('endpoint/given', 'given', address('given', '10.0.0.2/24')),
        inside('endpoint/tap', 'tap', flows),
        inside('network/segment', 'segment'),
      ),
    );
    const strange = ['bare', 'given', 'tap', 'segment'].flatMap((name) => [address(name, '192.0.2.7/24'), neighbour(name)]);
    await kernel.apply(strange.map((resource) => ({ do: 'create', resource })));
    const { differences } = await ledger.heal('mend');
    expect(new Set(differences.map(({ operation }) => (operation.do === 'delete' ? operation.resource : undefined)))).toEqual(
      new Set(strange.filter(({ in: stack }) => stack !== 'ns/bare')),
    );
  });

  it('looks once more where somebody goes on while it mends, and makes that in one transaction', async () => {
    const { kernel, ledger, plans } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br0'), bridge('br1')]]));
    await kernel.apply(['br0', 'br1'].map((name) => ({ do: 'change', from: bridge(name), to: bridge(name, 1400) })));
    const look = kernel.look.bind(kernel);
    kernel.look = async (resources) => {
      const seen = await look(resources);
      kernel.look = look;
      for (const name of ['br0', 'br1']) await kernel.disturb.deleteLink(name);
      return seen;
    };
    plans.length = 0;
    const { unmended, differences } = await ledger.heal('mend', [keyOf(bridge('br0'))]);
    expect(unmended).toEqual([]);
    expect(differences.map(({ operation, owners }) => [operation.do, owners])).toEqual([
      ['create', ['network/a']],
      ['create', ['network/a']],
    ]);
    expect(plans.map((plan) => plan.map((each) => each.do))).toEqual([
      ['change', 'change'],
      ['create', 'create'],
    ]);
    expect(await names(kernel)).toEqual(['link host br0', 'link host br1']);
  });

  it('waits for the declaration before it, and the next one waits for it', async () => {
    const { ledger } = setUp();
    const order: string[] = [];
    const log = (what: string) => () => void order.push(what);
    await Promise.all([
      ledger.declare(claims(['network/a', [bridge('br0')]])).then(log('first')),
      ledger.heal('report').then(log('heal')),
      ledger.declare(claims(['network/b', [bridge('br1')]])).then(log('second')),
    ]);
    expect(order).toEqual(['first', 'second', 'heal']);
  });
});
