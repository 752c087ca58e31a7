import koffi from 'koffi';
import { EAGAIN, EINTR } from '../errno.js';

type Call = (...args: readonly number[]) => number;

// The calls that serve packets. Pointers are numbers (`Memory.address`): a fifth less than to hand an array over each time, and
// nothing is encoded. They do not throw: -1 is an everyday answer here.
const loaded = koffi.load(null);
const declare = (prototype: string): Call => loaded.func(prototype);

const raw = {
  epollWait: declare('int epoll_wait(int, uintptr_t, int, int)'),
  recvmmsg: declare('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)'),
  sendmmsg: declare('int sendmmsg(int, uintptr_t, unsigned int, int)'),
  sendto: declare('intptr_t sendto(int, uintptr_t, uintptr_t, int, uintptr_t, uint32_t)'),
  send: declare('intptr_t send(int, uintptr_t, uintptr_t, int)'),
  recv: declare('intptr_t recv(int, uintptr_t, uintptr_t, int)'),
  accept4: declare('int accept4(int, uintptr_t, uintptr_t, int)'),
};

const answering = (call: Call): Call => {
  return (...args) => {
    const result = call(...args);
    return result < 0 ? -koffi.errno() : result;
  };
};

/** Calls that answer a number, or the error's number below zero, as the kernel itself does. */
export const calls: Readonly<Record<keyof typeof raw, Call>> = {
  epollWait: answering(raw.epollWait),
  recvmmsg: answering(raw.recvmmsg),
  sendmmsg: answering(raw.sendmmsg),
  sendto: answering(raw.sendto),
  send: answering(raw.send),
  recv: answering(raw.recv),
  accept4: answering(raw.accept4),
};

/** True for the answer of a call that has nothing to do now and may be made again: nothing there, no room, or a signal came. */
export const isLater = (answer: number): boolean => answer === -EAGAIN || answer === -EINTR;
