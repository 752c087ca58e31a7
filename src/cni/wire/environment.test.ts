import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { type CniCall, isCniInterface, isCniName, parseArgs, parseCall, printCall, verbs } from './environment.js';

const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,9}$/);
const word = fc.stringMatching(/^[A-Za-z0-9_./]{1,9}$/);
const call: fc.Arbitrary<CniCall> = fc.oneof(
  fc.record({ verb: fc.constantFrom('GC' as const, 'STATUS' as const), path: fc.array(word, { minLength: 1 }) }),
  fc.record({
    verb: fc.constantFrom('ADD' as const, 'DEL' as const, 'CHECK' as const),
    path: fc.array(word, { minLength: 1 }),
    attachment: fc.record({ containerId: name, netns: word, ifName: fc.stringMatching(/^[a-z0-9]{1,15}$/), args: fc.array(fc.tuple(word, word)) }),
  }),
);

describe('calls', () => {
  it('come back from the environment as they went', () => {
    fc.assert(fc.property(call, (each) => void expect(parseCall(printCall(each))).toEqual(each)));
  });

  it('need no namespace to end something', () => {
    const env = { CNI_COMMAND: 'DEL', CNI_CONTAINERID: 'a', CNI_IFNAME: 'eth0', CNI_PATH: '/opt/cni/bin' };
    expect(parseCall(env)).toEqual({ verb: 'DEL', path: ['/opt/cni/bin'], attachment: { containerId: 'a', ifName: 'eth0', args: [] } });
    expect(() => parseCall({ ...env, CNI_COMMAND: 'ADD' })).toThrow('CNI_NETNS is missing');
  });

  it('need nothing else for VERSION', () => {
    expect(parseCall({ CNI_COMMAND: 'VERSION' })).toEqual({ verb: 'VERSION', path: [] });
  });

  it.each([
    [{ CNI_COMMAND: 'add' }, 'CNI_COMMAND'],
    [{ CNI_PATH: '' }, 'CNI_PATH'],
    [{ CNI_CONTAINERID: '-a' }, 'CNI_CONTAINERID'],
    [{ CNI_CONTAINERID: '../a' }, 'CNI_CONTAINERID'],
    [{ CNI_IFNAME: 'sixteen-letters!' }, 'CNI_IFNAME'],
    [{ CNI_IFNAME: 'a/b' }, 'CNI_IFNAME'],
    [{ CNI_IFNAME: '..' }, 'CNI_IFNAME'],
    [{ CNI_ARGS: 'K' }, 'CNI_ARGS'],
    [{ CNI_ARGS: '=V' }, 'CNI_ARGS'],
  ])('%j is refused', (wrong, variable) => {
    const env = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'a', CNI_NETNS: '/n', CNI_IFNAME: 'eth0', CNI_ARGS: '', CNI_PATH: '/p', ...wrong };
    expect(() => parseCall(env)).toThrow(new RegExp(`^${variable}(: | is missing)`));
  });

  it('are calls or refused, whatever is said', () => {
    const said = fc.record({
      CNI_COMMAND: fc.constantFrom(...verbs),
      CNI_CONTAINERID: fc.string(),
      CNI_IFNAME: fc.string(),
      CNI_NETNS: fc.string(),
      CNI_ARGS: fc.string(),
      CNI_PATH: fc.string(),
    });
    fc.assert(
      fc.property(said, (env) => {
        try {
          const { attachment } = parseCall(env);
          if (attachment) expect([isCniName(attachment.containerId), isCniInterface(attachment.ifName)]).toEqual([true, true]);
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('cni-environment');
        }
      }),
    );
  });
});

describe('arguments', () => {
  it('keep their order, and "=" in values', () => {
    expect(parseArgs('IgnoreUnknown=1;A=b=c;;A=')).toEqual([
      ['IgnoreUnknown', '1'],
      ['A', 'b=c'],
      ['A', ''],
    ]);
  });
});
