import { expect, it } from 'vitest';
import { Writer } from '../netlink/writer.js';
import * as nf from '../nftables/constants.js';
import { typeOf, writeGeneric } from '../nftables/message.js';
import * as own from './constants.js';
import { baseChain } from './read-tables.js';

/** What the kernel would say of a chain at a hook. */
function told(family: number, hook: number) {
  const w = new Writer(256);
  writeGeneric(w, family).attrString(nf.NFTA_CHAIN_TABLE, 'mine').attrString(nf.NFTA_CHAIN_NAME, 'c').attrString(nf.NFTA_CHAIN_TYPE, 'filter');
  w.nest(nf.NFTA_CHAIN_HOOK, () => {
    w.attr(nf.NFTA_HOOK_HOOKNUM, new Writer(4).be32(hook).take());
    w.attr(nf.NFTA_HOOK_PRIORITY, new Writer(4).be32(-150).take());
  });
  return baseChain({ type: typeOf(nf.NFT_MSG_NEWCHAIN), flags: 0, sequence: 1, port: 1, payload: w.take() });
}

it('knows a base chain at the ingress of a link, in prerouting or forward, and no other', () => {
  const { NF_INET_INGRESS, NF_INET_PRE_ROUTING, NF_INET_FORWARD } = own;
  expect([NF_INET_INGRESS, NF_INET_PRE_ROUTING, NF_INET_FORWARD].map((hook) => told(nf.NFPROTO_INET, hook)?.hook)).toEqual([
    'ingress',
    'prerouting',
    'forward',
  ]);
  expect(told(nf.NFPROTO_INET, NF_INET_FORWARD)).toEqual({
    family: 'inet',
    table: 'mine',
    name: 'c',
    hook: 'forward',
    type: 'filter',
    priority: -150,
    drops: false,
  });
  expect([told(nf.NFPROTO_INET, 1), told(nf.NFPROTO_BRIDGE, NF_INET_FORWARD), told(own.NFPROTO_NETDEV, 0)]).toEqual([undefined, undefined, undefined]);
});
