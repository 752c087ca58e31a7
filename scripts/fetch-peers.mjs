// node scripts/fetch-peers.mjs: fetches all that the tiers start of Debian's packages, so that it is there when they begin. What cannot
// be had is the tier's to tell.
import { fetchPeer } from './lib/peers.mjs';
import { others, packagesOf } from './tiers/list.mjs';

for (const name of new Set(others().flatMap((tier) => packagesOf(tier)))) fetchPeer(name);
