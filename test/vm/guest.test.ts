import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';

const of = (card: string, attribute: string) => readFileSync(`/sys/class/net/${card}/${attribute}`, 'utf8').trim();

describe('the guest', () => {
  it('has a network card that can be many, at one end of a cable, and a plain one at the other', async () => {
    // Others may have one of them for a while.
    await vi.waitFor(() => {
      const cards = readdirSync('/sys/class/net').filter((name) => of(name, 'address').startsWith('52:54:00:00:01:'));
      expect(cards.map((card) => of(card, 'address')).sort()).toEqual(['52:54:00:00:01:01', '52:54:00:00:01:02']);
      expect(cards.filter((card) => of(card, 'address').endsWith('01')).map((card) => of(card, 'device/sriov_totalvfs'))).toEqual(['7']);
    }, 60_000);
  });
});
