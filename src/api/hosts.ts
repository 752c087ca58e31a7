import { type Call, call } from './call.js';
import { hosts } from './schemas/hosts.js';

/** `/v1/hosts`: the hosts of the cluster. */
export const hostCalls: readonly Call[] = [
  call({
    method: 'get',
    path: '/v1/hosts',
    about: 'The hosts that share networks with this one; none where it is alone',
    status: 200,
    reply: hosts,
    run: async ({ fairlead }) => [...(await fairlead.hosts.list())],
  }),
  call({
    method: 'delete',
    path: '/v1/hosts/{ref}',
    about: 'Free all that a host has which is gone and does not come back',
    status: 204,
    run: async ({ fairlead }, { ref }) => fairlead.hosts.forget(ref),
  }),
];
