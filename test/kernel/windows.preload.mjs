// Loaded before all else into a process and its threads (node --import): counts what changes the system once it is told to, and kills the process
// with SIGKILL right before the change of the number in WINDOW, at the latest when it has answered. Calls of libc are counted in the kernel's thread, commits in the main
// one; the count is shared through a file descriptor that both have, one byte a change. With WINDOW_KINDS what follows one of its own kind is none.
import { fstatSync, openSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const [file, window, kindsAlone] = [process.env.WINDOW_FILE, Number(process.env.WINDOW), process.env.WINDOW_KINDS === '1'];
const counter = openSync(file, 'a');

let last;
function change(kind) {
  if (kindsAlone && kind === last) return;
  last = kind;
  if (fstatSync(counter).size === window) process.kill(process.pid, 'SIGKILL');
  writeSync(counter, '.');
}

// nlmsg_type of the first message (linux/netlink.h).
const typeOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint16(4, true);

// A dump (linux/netlink.h), RTM_GETLINK or RTM_GETNSID (linux/rtnetlink.h) changes nothing.
function isQuestion(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return (view.getUint16(6, true) & 0x300) === 0x300 || [18, 90].includes(typeOf(bytes));
}

if (isMainThread) {
  let counting = false;
  const hear = ({ tell }) => {
    if (tell !== 'count') return;
    counting = true;
    writeSync(counter, '.');
  };
  // Not before somebody else listens: what comes until then waits for the first who does, and is that one's to hear.
  process.on('newListener', function follow(event) {
    if (event !== 'message') return;
    process.off('newListener', follow);
    process.on('message', hear);
  });
  const send = process.send.bind(process);
  const end = () => process.kill(process.pid, 'SIGKILL');
  process.send = (message) => send(message, counting && 'id' in message ? end : undefined);
  const { EmbeddedStore } = await import('#dist/store/embedded/embedded-store.js');
  const { commit } = EmbeddedStore.prototype;
  EmbeddedStore.prototype.commit = function (...args) {
    if (counting) change('commit');
    return commit.apply(this, args);
  };
} else {
  const { libc } = await import('#dist/kernel/linux/libc.js');
  // Opening is counted where it may make a file; bit 6 is O_CREAT.
  const changes = {
    send: (_, bytes) => !isQuestion(bytes),
    mount: () => true,
    umount2: () => true,
    unlink: () => true,
    unshare: () => true,
    open: (_, flags) => (flags & 0o100) !== 0,
  };
  for (const [name, isChange] of Object.entries(changes)) {
    const call = libc[name];
    libc[name] = (...args) => {
      if (isChange(...args) && fstatSync(counter).size > 0) change(name === 'send' ? `send ${typeOf(args[1])}` : name);
      return call(...args);
    };
  }
}
