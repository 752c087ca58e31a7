import { describe } from 'vitest';
import { linksConform } from '../conformance/kernel/links.js';
import { namespacesConform } from '../conformance/kernel/namespaces.js';
import { uppersConform } from '../conformance/kernel/uppers.js';
import { openLinux } from '../tool/open-linux.js';

// What another kernel may do otherwise, of what every kernel must do: all kinds of links are there.
describe('Debian: the Kernel face', () => {
  namespacesConform(openLinux);
  linksConform(openLinux);
  uppersConform(openLinux);
});
