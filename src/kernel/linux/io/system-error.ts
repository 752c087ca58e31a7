export { EADDRINUSE, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM } from '../errno.js';
export { SystemError } from '../libc.js';
