import { describe, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { cniAsk } from './cni-flags.js';

const shell = { world: fakeWorld({ env: {} }) };

describe('what the flags of cni verbs ask for', () => {
  it('names the namespace by its whole path', () => {
    expect(cniAsk(shell, 'web', '/run/netns/../netns/a', {}).netns).toBe('/run/netns/a');
  });

  it('takes a path that is empty as none: it is not the working directory', () => {
    expect(cniAsk(shell, 'web', '', { containerId: 'abc' })).toEqual({ network: 'web', containerId: 'abc' });
    expect(() => cniAsk(shell, 'web', '', {})).toThrow('neither NETNS nor --container-id says which container');
  });
});
