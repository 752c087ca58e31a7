import { type Call, call } from './call.js';
import { facts } from './schemas/common.js';
import { doctorQuery, objectQuery } from './schemas/queries.js';
import { commands, endpointTraffics, explanation, findings, health, planAsk } from './schemas/reports.js';

/** The calls that look and change nothing, the one that mends, and the one that waits. */
export const inspectionCalls: readonly Call[] = [
  call({
    method: 'get',
    path: '/v1/explain',
    about: 'What exists for an object in the kernel, as commands',
    query: objectQuery,
    status: 200,
    reply: explanation,
    run: ({ fairlead }, { query: { object } }) => fairlead.explain(object),
  }),
  call({
    method: 'post',
    path: '/v1/plan',
    about: 'What creating this would do, as commands; nothing is done',
    body: planAsk,
    status: 200,
    reply: commands,
    run: async ({ fairlead }, { body }) => [...(await fairlead.plan(body))],
  }),
  call({
    method: 'get',
    path: '/v1/doctor',
    about: 'What is not as it should be: of everything, or of one object and what it is joined to',
    query: doctorQuery,
    status: 200,
    reply: findings,
    run: async ({ fairlead }, { query }) => [...(await fairlead.doctor(query))],
  }),
  call({
    method: 'post',
    path: '/v1/doctor/fix',
    about: "Mends what is Fairlead's own to mend; what was mended, and what is left",
    status: 200,
    reply: findings,
    run: async ({ fairlead }) => [...(await fairlead.doctor({ fix: true }))],
  }),
  call({
    method: 'get',
    path: '/v1/traffic',
    about: 'What has passed each endpoint since it was joined, as its sandbox sees it',
    status: 200,
    reply: endpointTraffics,
    run: async ({ fairlead }) => [...(await fairlead.traffic())],
  }),
  call({ method: 'get', path: '/v1/info', about: 'About this Fairlead and its host', status: 200, reply: facts, run: ({ fairlead }) => fairlead.info() }),
  call({
    method: 'get',
    path: '/v1/health',
    about: 'Whether the daemon is ready',
    status: 200,
    reply: health,
    run: ({ version }) => ({ ready: true as const, version }),
  }),
  call({
    method: 'get',
    path: '/v1/openapi.json',
    about: 'This document',
    status: 200,
    reply: facts,
    run: async ({ version }) => (await import('./openapi.js')).openapi(version),
  }),
  call({
    method: 'post',
    path: '/v1/settled',
    about: 'Answers when the kernel has let go of everything that was removed',
    status: 204,
    run: ({ fairlead }) => fairlead.settled(),
  }),
];
