import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LABELS, portLabel, portsOf } from './labels.js';

it('keeps the ports that an attachment brought', () => {
  const ports = [{ protocol: 'tcp', hostPort: 8080, port: 80, held: false, hostIp: '127.0.0.1' } as const];
  expect(portsOf({ labels: portLabel(ports) })).toEqual(ports);
  expect([portLabel([]), portsOf({ labels: {} })]).toEqual([{}, []]);
});

it('takes no label of somebody else for ports', () => {
  for (const text of ['', '{', '{}', '[1,null,"x",{}]']) expect(portsOf({ labels: { [LABELS.ports]: text } })).toEqual([]);
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => Array.isArray(portsOf({ labels: { [LABELS.ports]: text } }))));
});
