import { expect, it } from 'vitest';
import type { Ip } from '../../ip/types.js';
import type { FlowsResource, Operation } from '../../resource/resource.js';
import { flowsOf } from './flows-of.js';

const flows = (ip: string): FlowsResource => ({ kind: 'flows', in: 'host', ip: ip as Ip });
const port = (number: number, to: string): FlowsResource => ({
  ...flows('0.0.0.0'),
  published: { protocol: 'udp', port: number, to: to as Ip, target: 53 },
});
const ends = (resource: FlowsResource): Operation => ({ do: 'delete', resource });

it('is addresses that leave, and ports that begin, end or lead elsewhere', () => {
  const { addresses, ports } = flowsOf([
    { do: 'create', resource: flows('10.0.0.2') },
    ends(flows('10.0.0.3')),
    { do: 'create', resource: port(1, '10.0.0.2') },
    { do: 'change', from: port(2, '10.0.0.3'), to: port(2, '10.0.0.2') },
    ends(port(3, '10.0.0.2')),
  ]);
  expect(addresses).toEqual(['10.0.0.3']);
  expect(ports.map((each) => [each.ip, each.protocol, each.port])).toEqual([1, 2, 3].map((number) => ['0.0.0.0', 'udp', number]));
});

it('is not a port that ends with the address that it led to', () => {
  expect(flowsOf([ends(port(1, '10.0.0.2')), ends(flows('10.0.0.2'))])).toEqual({ addresses: ['10.0.0.2'], ports: [] });
});
