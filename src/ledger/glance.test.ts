import { describe, expect, it } from 'vitest';
import type { Facts } from '../base/json.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { keyOf } from '../resource/key.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Resource } from '../resource/resource.js';
import { Ledger } from './ledger.js';
import type { Journal } from './types.js';

function setUp() {
  const kernel = new SimulatedKernel({});
  const entries = new Map<Key, Facts>();
  const put = async (more: ReadonlyMap<Key, Facts>) => more.forEach((facts, key) => entries.set(key, facts));
  const remove = async (keys: readonly Key[]) => keys.forEach((key) => entries.delete(key));
  const journal: Journal = { list: () => entries, put, remove };
  return { kernel, entries, ledger: new Ledger(kernel, journal) };
}

const claims = (...each: [Owner, readonly Resource[]][]) => new Map(each);
const bridge = (name: string): Resource => ({ kind: 'link', in: 'host', name, spec: { type: 'bridge' } });
const TABLE: Resource = { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' };
const forwarding: Resource = { kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' };

describe('a look that holds nobody up', () => {
  const box = (name: string): readonly Resource[] => [
    { kind: 'namespace', in: `ns/${name}` },
    { kind: 'link', in: 'host', name: `fl${name}`, spec: { type: 'veth', peer: { in: `ns/${name}`, name: 'eth0' } } },
    { kind: 'up', in: `ns/${name}`, link: 'eth0' },
  ];
  const boxes = (...numbers: readonly number[]) => claims(...numbers.map((n): [Owner, readonly Resource[]] => [`endpoint/${n}`, box(`s${n}`)]));
  const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  it('finds all well that is as it is claimed', async () => {
    const { ledger } = setUp();
    await ledger.declare(boxes(...NINE));
    await ledger.declare(claims(['network/a', [forwarding, TABLE]]));
    expect(await ledger.seemsWell()).toBe(true);
    expect(await setUp().ledger.seemsWell()).toBe(true);
  });

  it.each<[string, (kernel: SimulatedKernel) => Promise<unknown>]>([
    ['a setting is another', (kernel) => kernel.disturb.writeSysctl('net/ipv4/ip_forward', '0')],
    ['a link is gone', (kernel) => kernel.disturb.deleteLink('fls9')],
    ['a sandbox is without its link', (kernel) => kernel.apply([{ do: 'delete', resource: { kind: 'up', in: 'ns/s9', link: 'eth0' } }])],
    ['something is there that nobody claims', (kernel) => kernel.apply([{ do: 'create', resource: bridge('br9') }])],
    ['a namespace is there that nobody claims', (kernel) => kernel.apply([{ do: 'create', resource: { kind: 'namespace', in: 'ns/stray' } }])],
  ])('finds that %s', async (_, disturb) => {
    const { kernel, ledger } = setUp();
    await ledger.declare(boxes(...NINE));
    await ledger.declare(claims(['network/a', [forwarding]]));
    await disturb(kernel);
    expect(await ledger.seemsWell()).toBe(false);
    await ledger.heal('mend');
    expect(await ledger.seemsWell()).toBe(true);
  });

  it('is one at a time, whoever asks meanwhile, and also after one that failed', async () => {
    const { kernel, ledger } = setUp();
    await ledger.declare(boxes(...NINE));
    const read: string[] = [];
    const whole = ['first', 'next', 'host', 'neighbours', 'last'];
    const readPart = kernel.readPart.bind(kernel);
    kernel.readPart = async (part, stacks) => {
      read.push(part);
      if (read.length === 1) throw new Error('this once');
      return readPart(part, stacks);
    };
    const looks = await Promise.allSettled([ledger.seemsWell(), ledger.seemsWell(), ledger.seemsWell()]);
    expect(looks.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(read).toEqual(['first', ...whole, ...whole]);
  });

  it('finds what was borrowed and nobody claims any more', async () => {
    const { entries, ledger } = setUp();
    entries.set(keyOf(forwarding), { value: '0' });
    expect(await ledger.seemsWell()).toBe(false);
  });

  it('passes over what comes, goes and passes to another meanwhile', async () => {
    const { kernel, ledger } = setUp();
    await ledger.declare(boxes(...NINE));
    const readPart = kernel.readPart.bind(kernel);
    const meanwhile = [
      () => ledger.declare(boxes(10, 11)),
      () => ledger.declare(new Map([...boxes(12), ...NINE.map((n): [Owner, readonly Resource[]] => [`endpoint/${n}`, n === 9 ? box('s9') : []])])),
      () => ledger.declare(claims(['endpoint/9', []], ['endpoint/other', box('s9')])),
    ];
    kernel.readPart = async (...part) => {
      await meanwhile.shift()?.();
      const read = await readPart(...part);
      await meanwhile.shift()?.();
      return read;
    };
    expect([await ledger.seemsWell(), meanwhile.length]).toEqual([true, 0]);
    kernel.readPart = readPart;
    expect(await ledger.seemsWell()).toBe(true);
  });

  it('looks into sandboxes that come meanwhile before it looks at the host, a few at a time', async () => {
    const { kernel, ledger } = setUp();
    await ledger.declare(boxes(...NINE));
    const readPart = kernel.readPart.bind(kernel);
    const read: [string, number][] = [];
    kernel.readPart = async (part, stacks) => {
      if (read.push([part, stacks.length]) === 1) await ledger.declare(boxes(...Array.from({ length: 20 }, (_, index) => 20 + index)));
      return readPart(part, stacks);
    };
    expect(await ledger.seemsWell()).toBe(true);
    expect(read).toEqual([
      ['first', 8],
      ['next', 1],
      ['next', 8],
      ['next', 8],
      ['host', 0],
      ['neighbours', 0],
      ['last', 0],
    ]);
  });

  it('finds what could not be mended while it looked', async () => {
    const { kernel, ledger } = setUp();
    await ledger.declare(claims(['network/a', [bridge('br0')]]));
    await kernel.disturb.deleteLink('br0');
    kernel.refuse(({ do: what }) => what === 'create');
    const readPart = kernel.readPart.bind(kernel);
    let mending: Promise<unknown> | undefined;
    kernel.readPart = async (part, stacks) => {
      if (part === 'host') await (mending ??= ledger.heal('mend'));
      return readPart(part, stacks);
    };
    expect(await ledger.seemsWell()).toBe(false);
    expect(mending).toBeDefined();
  });

  it('passes over what is being made when it begins', async () => {
    const { kernel, ledger } = setUp();
    const apply = kernel.apply.bind(kernel);
    let begun: Promise<boolean> | undefined;
    kernel.apply = async (plan) => {
      const applied = await apply(plan);
      begun ??= ledger.seemsWell();
      await begun;
      return applied;
    };
    await ledger.declare(boxes(1));
    expect(await begun).toBe(true);
  });
});
