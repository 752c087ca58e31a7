import { expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import { INNER } from '../model/inner.js';
import type { Endpoint, Network } from '../model/records.js';
import { hostGateways } from './host-gateways.js';

const web = { driver: 'bridge', options: {}, pools: [{ family: 4, subnet: '10.64.0.0/24', gateway: '10.64.0.1' as Ip, aux: {} }] } as unknown as Network;
const endpoint = (options: Endpoint['options']) => ({ network: 'web', gateway: [4], options }) as unknown as Endpoint;

it('are where the sandbox knows its gateway', () => {
  expect(hostGateways([endpoint({}), endpoint({ [INNER]: '192.168.241.2/29' })], () => web)).toEqual(['10.64.0.1', '192.168.241.1']);
});
