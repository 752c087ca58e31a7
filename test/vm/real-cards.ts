import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { addressState, getAddresses } from '#dist/kernel/linux/address.js';
import { getLinks, type LinkState, linkState } from '#dist/kernel/linux/link/link-state.js';
import { setLink } from '#dist/kernel/linux/link/set-link.js';
import { functionStates, getFunctions } from '#dist/kernel/linux/link/virtual-function.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';

const [CARD, PLAIN] = ['52:54:00:00:01:01', '52:54:00:00:01:02'];

/**
 * The guest's two cards, which its kernel itself made, in the guest's own first namespace: one with virtual functions, and a plain one at the other end
 * of its cable. Both are up until this is closed.
 */
export async function realCards() {
  execFileSync('/run/vm/kmod/modprobe', ['igbvf']);
  const socket = NetlinkSocket.open(0);
  const links = (): readonly LinkState[] => socket.dump(getLinks, ({ payload }) => linkState(payload));
  const byMac = (mac: string) => links().find((link) => link.mac === mac);
  const card = () => byMac(CARD) as LinkState;
  const set = (up: boolean) =>
    expect(socket.transact([card(), byMac(PLAIN) as LinkState].map(({ index }) => setLink(index, { up }))).filter(Boolean)).toEqual([]);
  const of = (what: string) => readFileSync(`/sys/class/net/${card().name}/${what}`, 'utf8').trim();
  // Without a link the driver takes no rate (igb_ndo_set_vf_bw of drivers/net/ethernet/intel/igb/igb_main.c); a change of its functions takes the link down for a while.
  const linked = () => vi.waitFor(() => expect(of('carrier')).toBe('1'), 60_000);
  const addressesOf = (index: number) => socket.dump(getAddresses(index), ({ payload }) => addressState(payload)).map(({ address }) => address);
  const seen = (link: LinkState | undefined) => link && { ...link, queue: undefined, addresses: addressesOf(link.index) };
  // A card that is down takes seconds for each function.
  set(true);
  await linked();
  return {
    links,
    card,
    plain: () => byMac(PLAIN),
    /** How links are, to be compared with how they are later. */
    seen,
    /** The links of virtual functions that are in this namespace, as `seen` has them, by what they are. */
    functionLinks: () =>
      links()
        .filter(({ device }) => device?.startsWith('pci/0000:01:1'))
        .map(seen)
        .sort((a, b) => String(a?.device).localeCompare(String(b?.device))),
    /** What the card lets its functions do, by their numbers. */
    functions: () => socket.ask(getFunctions(card().index), ({ payload }) => functionStates(payload)) as ReturnType<typeof functionStates>,
    /** How many it shows. */
    shows: () => Number(of('device/sriov_numvfs')),
    linked,
    close() {
      set(false);
      socket.close();
    },
  };
}
