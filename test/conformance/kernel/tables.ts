import { describe, expect, it } from 'vitest';
import { failureOf } from './failure-of.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost, turn } from './host.js';
import { element, guardElement, guardTable, table } from './shapes.js';

const samples = [
  element('bridges', 'flbr0'),
  element('same', 'flbr0 . flbr0'),
  element('icc_off', 'flbr0'),
  element('internal', 'flbr0'),
  element('masq', 'flbr0'),
  element('snat4', 'flbr0', '192.0.2.1'),
  element('snat6', 'flbr0', '2001:db8::1'),
  element('unfiltered', 'ipv4 . flbr0'),
  element('routed', 'ipv6 . flbr0'),
  element('trusted', 'eth0 . flbr0'),
  element('port4', '192.0.2.1 . tcp . 8080', '10.1.0.2 . 80'),
  element('port6', '2001:db8::1 . udp . 53', 'fd01::2 . 5353'),
  element('port4_any', 'tcp . 8080', '10.1.0.2 . 80'),
  element('port6_any', 'udp . 8080', 'fd01::2 . 80'),
  element('self4', '10.1.0.2 . 10.1.0.2'),
  element('self6', 'fd01::2 . fd01::2'),
  element('beside4', '10.1.0.2 . flbr0'),
  element('beside6', 'fd01::2 . flbr0'),
  element('open4', '10.1.0.2 . tcp . 443'),
  element('open6', 'fd01::2 . sctp . 443'),
  element('direct4', '10.1.0.2 . tcp . 443'),
  element('direct6', 'fd01::2 . udp . 443'),
  element('no_lo6', '::1'),
  element('fenced', 'ipv6'),
];

const guardSamples = [
  guardElement('own_mac', 'fla . 02:42:0a:01:00:02'),
  guardElement('own4', 'fla . 10.1.0.2'),
  guardElement('own6', 'fla . fd01::2'),
  guardElement('own6', 'fla . fe80::42:aff:fe01:2'),
  guardElement('unguarded', 'flb'),
];

export function tablesConform(open: Open): void {
  describe('the table', () => {
    const shared = sharedHost(open);

    it('is made, read back and deleted', async () => {
      const { kernel } = shared;
      await make(kernel, [table]);
      await expectRead(kernel, [table]);
      await expectRefused(kernel, create(table), 'kernel-exists');
      await settle(kernel, [remove(table)]);
      await expectRead(kernel, []);
      await settle(kernel, [remove(table)]);
    });

    it('takes its elements with it', async () => {
      const { kernel } = shared;
      await make(kernel, [table, ...samples]);
      await turn(kernel, [table, ...samples], []);
      await make(kernel, [table]);
      await expectRead(kernel, [table]);
    });

    it('begins empty when it is replaced', async () => {
      const { kernel } = shared;
      await make(kernel, [table, ...samples]);
      await settle(kernel, [change(table, table), ...samples.slice(0, 3).map(create)]);
      await expectRead(kernel, [table, ...samples.slice(0, 3)]);
    });
  });

  describe('the table of the guard', () => {
    const shared = sharedHost(open);

    it('is made, read back and deleted, beside the other', async () => {
      const { kernel } = shared;
      await make(kernel, [table, ...samples, guardTable, ...guardSamples]);
      await expectRead(kernel, [table, ...samples, guardTable, ...guardSamples]);
      await expectRefused(kernel, create(guardTable), 'kernel-exists');
      await settle(kernel, [remove(guardTable)]);
      await expectRead(kernel, [table, ...samples]);
      await settle(kernel, [remove(guardTable)]);
      await turn(kernel, [table, ...samples], [guardTable]);
      await expectRead(kernel, [guardTable]);
    });

    it('begins empty when it is replaced, and the other stays as it is', async () => {
      const { kernel } = shared;
      await make(kernel, [table, ...samples, guardTable, ...guardSamples]);
      await settle(kernel, [change(guardTable, guardTable), ...guardSamples.slice(0, 2).map(create)]);
      await expectRead(kernel, [table, ...samples, guardTable, ...guardSamples.slice(0, 2)]);
    });

    it('is looked at with what is in it', async () => {
      const { kernel } = shared;
      await make(kernel, [guardTable, ...guardSamples]);
      expect(await kernel.look([guardTable])).toEqual(expect.arrayContaining([guardTable, ...guardSamples]));
    });

    it.each(guardSamples.map((each) => [`${each.map} ${each.key}`, each] as const))('has %s or not', async (_, sample) => {
      const { kernel } = shared;
      await make(kernel, [guardTable, sample]);
      await expectRefused(kernel, create(sample), 'kernel-exists');
      await settle(kernel, [remove(sample)]);
      await expectRead(kernel, [guardTable]);
      await settle(kernel, [remove(sample)]);
    });

    it('has sets of its own, and elements of their types', async () => {
      const { kernel } = shared;
      await make(kernel, [table, guardTable]);
      const wrong = [
        guardElement('bridges', 'flbr0'),
        element('own4', 'fla . 10.1.0.2'),
        guardElement('own4', 'fla . fd01::2'),
        guardElement('own6', 'fla . 10.1.0.2'),
        guardElement('own_mac', 'fla . 02:42'),
        guardElement('own_mac', 'fla'),
      ];
      for (const each of wrong) expect(await failureOf(kernel.apply([create(each)])), `${each.map} ${each.key}`).toMatchObject({ code: 'internal' });
      await expectRead(kernel, [table, guardTable]);
    });

    it('is needed by its elements, and all of both tables is made or nothing', async () => {
      const { kernel } = shared;
      await make(kernel, [table]);
      expect(await failureOf(kernel.apply([element('bridges', 'flbr0'), ...guardSamples].map(create)))).toMatchObject({ code: 'kernel-absent' });
      await expectRead(kernel, [table]);
    });
  });

  describe("a sandbox's table", () => {
    const shared = sharedHost(open);
    const namespace = { kind: 'namespace', in: 'ns/named' } as const;
    const names = (resolver: number) => ({ kind: 'table', in: 'ns/named', family: 'inet', name: 'fairlead', skeleton: 'sandbox', resolver }) as const;

    it('is made, read back, replaced and deleted', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace, names(20053)]);
      await expectRead(kernel, [namespace, names(20053)]);
      await expectRefused(kernel, create(names(20053)), 'kernel-exists');
      await settle(kernel, [change(names(20053), names(65535))]);
      await expectRead(kernel, [namespace, names(65535)]);
      await settle(kernel, [remove(names(65535))]);
      await expectRead(kernel, [namespace]);
      await settle(kernel, [remove(names(65535))]);
    });

    it('ends with its namespace, and stands beside the table of the host', async () => {
      const { kernel } = shared;
      await make(kernel, [table, namespace, names(20053)]);
      await expectRead(kernel, [table, namespace, names(20053)]);
      await settle(kernel, [remove(namespace)]);
      await expectRead(kernel, [table]);
      await settle(kernel, [remove(names(20053))]);
    });
  });

  describe('elements', () => {
    const shared = sharedHost(open);

    it.each(samples.map((each) => [each.map, each] as const))('of %s are made, read back and deleted', async (_, sample) => {
      const { kernel } = shared;
      await make(kernel, [table, sample]);
      await expectRead(kernel, [table, sample]);
      await expectRefused(kernel, create(sample), 'kernel-exists');
      await settle(kernel, [remove(sample)]);
      await expectRead(kernel, [table]);
      await settle(kernel, [remove(sample)]);
    });

    it('change their value', async () => {
      const { kernel } = shared;
      const [from, to] = [element('port4_any', 'tcp . 80', '10.1.0.2 . 80'), element('port4_any', 'tcp . 80', '10.1.0.3 . 8080')];
      await make(kernel, [table, from, element('port4_any', 'udp . 80', '10.1.0.2 . 80')]);
      await settle(kernel, [change(from, to)]);
      await expectRead(kernel, [table, to, element('port4_any', 'udp . 80', '10.1.0.2 . 80')]);
      await expectRefused(kernel, create(from), 'kernel-exists');
      await expectRefused(
        kernel,
        change(element('port4_any', 'tcp . 81', '10.1.0.2 . 80'), element('port4_any', 'tcp . 81', '10.1.0.3 . 80')),
        'kernel-absent',
      );
    });

    it('need their table', async () => {
      const { kernel } = shared;
      await expectRefused(kernel, create(element('bridges', 'flbr0')), 'kernel-absent');
      await settle(kernel, [remove(element('bridges', 'flbr0'))]);
      await make(kernel, [table]);
    });

    it('need a set or map that the table has, and parts of its types', async () => {
      const { kernel } = shared;
      await make(kernel, [table]);
      const wrong = [
        element('no_such_set', 'flbr0'),
        element('bridges', 'flbr0', 'flbr1'),
        element('port4_any', 'tcp . 80'),
        element('same', 'flbr0'),
        element('port4_any', 'tcp . 80', 'fd01::2 . 80'),
        element('open4', '10.1.0.2 . tcp . 65536'),
      ];
      for (const each of wrong) expect(await failureOf(kernel.apply([create(each)])), `${each.map} ${each.key}`).toMatchObject({ code: 'internal' });
      await expectRead(kernel, [table]);
    });

    it('are hundreds in one plan', async () => {
      const { kernel } = shared;
      const many = Array.from({ length: 600 }, (_, index) => element('port4_any', `tcp . ${1000 + index}`, `10.1.0.2 . ${1000 + index}`));
      await make(kernel, [table, ...many]);
      await expectRead(kernel, [table, ...many]);
      await turn(kernel, [table, ...many], [table, ...many.slice(0, 10)]);
      await expectRead(kernel, [table, ...many.slice(0, 10)]);
    });
  });
}
