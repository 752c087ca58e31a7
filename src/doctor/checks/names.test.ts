import { expect, it } from 'vitest';
import { failure } from '../../base/error.js';
import type { DoctorView } from '../../model/check.js';
import type { Network, Sandbox } from '../../model/records.js';
import { namesCheck } from './names.js';

const seen = (unanswered: DoctorView['unanswered']) =>
  namesCheck.run({
    sandboxes: [{ id: 'a1', name: 'a' } as Sandbox, { id: 'b1', name: 'b' } as Sandbox],
    networks: [{ id: 'c1', name: 'web' } as Network],
    unanswered,
  } as Partial<DoctorView> as DoctorView);

it('finds nothing where names are answered', () => {
  expect(seen({ resolver: undefined, sandboxes: new Map() })).toEqual([]);
});

it('finds a resolver that is not there, and sandboxes and networks that it cannot serve', () => {
  const resolver = failure('resolver-absent', { reason: 'it ended by itself' });
  const taken = failure('resolver-port-taken', { sandbox: 'b', port: 20053 });
  expect(seen({ resolver, sandboxes: new Map([...['b1', 'c1'].map((id) => [id, taken] as const)]) })).toEqual([
    { code: 'resolver-absent', object: 'host', problem: expect.stringContaining('it ended by itself'), mend: resolver.mend },
    ...['sandbox/b', 'network/web'].map((object) => ({
      code: 'resolver-port-taken',
      object,
      problem: expect.stringContaining('port 20053'),
      mend: taken.mend,
    })),
  ]);
});
