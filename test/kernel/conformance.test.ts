import { kernelConformance } from '../conformance/kernel.js';
import { openLinux } from '../tool/open-linux.js';

kernelConformance('linux', openLinux);
