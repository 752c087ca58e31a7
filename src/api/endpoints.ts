import { type Call, call } from './call.js';
import { collectionCalls } from './collection.js';
import { endpoint, endpointAsk, endpointChange, joinAsk, leaveAsk } from './schemas/endpoints.js';

/** `/v1/endpoints`, with joining and leaving. */
export const endpointCalls: readonly Call[] = [
  ...collectionCalls('Endpoint', {
    path: '/v1/endpoints',
    ask: endpointAsk,
    change: endpointChange,
    record: endpoint,
    of: ({ endpoints }) => endpoints,
  }),
  call({
    method: 'post',
    path: '/v1/endpoints/{ref}/join',
    about: 'Put an endpoint into a sandbox',
    body: joinAsk,
    status: 200,
    reply: endpoint,
    run: ({ fairlead }, { ref, body: { sandbox } }) => fairlead.endpoints.join(ref, sandbox),
  }),
  call({
    method: 'post',
    path: '/v1/endpoints/{ref}/leave',
    about: 'Take an endpoint out of its sandbox; it keeps its addresses',
    body: leaveAsk,
    status: 200,
    reply: endpoint,
    run: ({ fairlead }, { ref, body: { force = false, settle = true } }) => fairlead.endpoints.leave(ref, { force, settle }),
  }),
];
