export { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT } from '../constants/epoll.js';
