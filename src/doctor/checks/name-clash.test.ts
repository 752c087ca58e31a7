import { expect, it } from 'vitest';
import { endpoint, network, sandbox, view } from '../../../test/tool/doctor-view.js';
import type { Endpoint } from '../../model/records.js';
import { nameClashCheck } from './name-clash.js';

const web = network('web');
const other = network('other');
const [one, two] = [sandbox('one'), sandbox('two')];
const look = (...endpoints: readonly Endpoint[]) => nameClashCheck.run(view({ networks: [web, other], sandboxes: [one, two], endpoints }));

it("tells of an alias that is another's name, whatever its case", () => {
  const found = look(endpoint('one', web, one, '10.64.0.2'), endpoint('two', web, two, '10.64.0.3', { aliases: ['One'] }));
  expect(found).toMatchObject([{ code: 'name-clash', object: 'endpoint/web/one', problem: expect.stringContaining('sandbox "two" answers to it too') }]);
});

it('says nothing of aliases that are shared, of names of its own, nor of other networks', () => {
  expect(look(endpoint('one', web, one, '10.64.0.2', { aliases: ['db', 'one'] }), endpoint('two', web, two, '10.64.0.3', { aliases: ['db'] }))).toEqual([]);
  expect(look(endpoint('one', web, one, '10.64.0.2'), endpoint('x', other, two, '10.64.0.3', { aliases: ['one'] }))).toEqual([]);
  expect(look(endpoint('one', web, one, '10.64.0.2'), endpoint('two', web, two, '10.64.0.3', { aliases: ['one'], state: 'leaving' }))).toEqual([]);
});
