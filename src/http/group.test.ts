import { describe, expect, it } from 'vitest';
import { groupId, idIn } from './group.js';

describe('groupId', () => {
  it('finds a group by its whole name', () => {
    const groups = 'root:x:0:\nfairlead-dev:x:7:\nfairlead:x:998:ann,bob\nodd:x::\n';
    expect(idIn(groups, 'fairlead')).toBe(998);
    expect(idIn(groups, 'fair')).toBeUndefined();
    expect(idIn(groups, 'odd')).toBeUndefined();
  });

  it('takes numbers as they are, and names that this host has', async () => {
    expect(await groupId(42)).toBe(42);
    expect(await groupId('42')).toBe(42);
    expect(await groupId('root')).toBe(0);
  });

  it('refuses a name that this host does not have', async () => {
    await expect(groupId('no-such-group')).rejects.toMatchObject({ code: 'group-absent', values: { group: 'no-such-group' } });
  });
});
