import { describe } from 'vitest';
import { linksConform } from '../conformance/kernel/links.js';
import { namespacesConform } from '../conformance/kernel/namespaces.js';
import { uppersConform } from '../conformance/kernel/uppers.js';
import { openLinux } from '../tool/open-linux.js';
import { isNamed } from './is-named.js';

// What another kernel may do otherwise, of what every kernel must do: all kinds of links are there. The rest takes minutes of a guest's.
describe('Debian: the Kernel face', () => {
  uppersConform(openLinux);
  if (!isNamed('conformance')) return;
  namespacesConform(openLinux);
  linksConform(openLinux);
});
