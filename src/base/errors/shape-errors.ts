import type { ErrorRows } from './error-rows.js';

export const shapeErrors = {
  // ── names and shapes ──
  'name-invalid': {
    status: 400,
    problem: 'the {kind} name "{name}" has a wrong form: {reason}',
    mend: '{mend}',
  },
  'name-taken': { status: 409, problem: '{kind} with name {name} already exists', mend: 'choose another name, or remove it: fairlead {kind} rm {name}' },
  'value-invalid': { status: 400, problem: '{field}: "{value}" is {reason}', mend: '{mend}' },
  'body-invalid': { status: 400, problem: 'the request is not what this call takes: {reason}', mend: 'the calls and their bodies: GET /v1/openapi.json' },
  'body-too-large': { status: 413, problem: 'the request body is larger than {limit} bytes', mend: 'send less in one request' },
  'route-absent': { status: 404, problem: 'there is no {method} {path}', mend: 'the calls that exist: GET /v1/openapi.json' },
  'method-refused': { status: 405, problem: '{path} takes no {method}', mend: 'what it takes: {allowed}' },
  'events-lost': {
    status: 503,
    problem: 'events are told faster than they are read: more than {most} waited',
    mend: 'listen again, then list what there is',
  },
} as const satisfies ErrorRows;
