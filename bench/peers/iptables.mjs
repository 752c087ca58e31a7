import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { peer, placeOf } from '../../scripts/lib/peers.mjs';

const NAMES = ['iptables', 'ip6tables'].flatMap((name) => ['', '-save', '-restore'].map((end) => `${name}${end}`));

/** An environment with the programs of these packages and Debian's iptables, whose names are links that are made when it is installed. */
export function withIptables(bin, ...packages) {
  const all = ['iptables', ...packages].map((name) => {
    const found = peer(name);
    if (!found) throw new Error(`Debian's package ${name} is not to be had`);
    return found;
  });
  const joined = (variable) => [...new Set(all.flatMap((each) => each[variable]?.split(':') ?? []))];
  mkdirSync(bin, { recursive: true });
  for (const name of NAMES) symlinkSync(join(placeOf('iptables'), 'usr/sbin/xtables-nft-multi'), join(bin, name));
  const libraries = joined('LD_LIBRARY_PATH');
  const extensions = libraries.map((each) => join(each, 'xtables')).find((each) => existsSync(each));
  return { ...process.env, PATH: [bin, ...joined('PATH')].join(':'), LD_LIBRARY_PATH: libraries.join(':'), ...(extensions && { XTABLES_LIBDIR: extensions }) };
}
