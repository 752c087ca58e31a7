import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const waiting = new Map();
let starter;
let last = 0;

/** Runs a program as a container runtime does, by `vfork` from a small process, and answers what it wrote. Rejects with what it said where it failed. */
export function started(program, args, { input = '', env = process.env } = {}) {
  starter ??= opened();
  const id = ++last;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const texts = [program, ...args, ...variables].map((each) => `${each}\0`).join('');
  const body = Buffer.from(texts + input);
  const head = Buffer.from(Uint32Array.of(12 + body.length, id, 1 + args.length, variables.length).buffer);
  return new Promise((resolve, reject) => {
    waiting.set(id, { program, resolve, reject });
    starter.stdin.write(Buffer.concat([head, body]));
  });
}

function opened() {
  const child = spawn(built(), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  let unread = Buffer.alloc(0);
  child.stdout.on('data', (piece) => {
    unread = Buffer.concat([unread, piece]);
    while (unread.length >= 4 && unread.length >= 4 + unread.readUInt32LE(0)) {
      const size = unread.readUInt32LE(0);
      took(unread.subarray(4, 4 + size));
      unread = unread.subarray(4 + size);
    }
  });
  child.stdin.on('error', () => {});
  child.on('exit', () => {
    starter = undefined;
    for (const { program, reject } of waiting.values()) reject(new Error(`${program}: what starts programs has ended`));
    waiting.clear();
  });
  return child;
}

function took(reply) {
  const [id, status, size] = [0, 4, 8].map((at) => reply.readUInt32LE(at));
  const { program, resolve, reject } = waiting.get(id);
  waiting.delete(id);
  const [written, said] = [reply.subarray(12, 12 + size), reply.subarray(12 + size)].map(String);
  if (status === 0) resolve(written);
  else reject(new Error(`${program} ended with ${status >> 8}: ${written.replace(/\s+/g, ' ')}${said}`));
}

// Once a run: who comes later finds it.
function built() {
  const binary = `${process.env.FAIRLEAD_BENCH}/starter`;
  if (!existsSync(binary)) execFileSync('cc', ['-O2', '-o', binary, new URL('./starter.c', import.meta.url).pathname], { stdio: 'ignore' });
  return binary;
}
