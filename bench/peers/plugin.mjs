import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program that reads a JSON document and answers one. Rejects with what it said where it failed. */
export async function fed(program, args, document, env) {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of Object.keys(said)) child[stream].on('data', (piece) => (said[stream] += piece));
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(document));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${said.stdout.replace(/\s+/g, ' ')}${said.stderr}`);
  return said.stdout === '' ? undefined : JSON.parse(said.stdout);
}

/** A namespace that a container runtime would have made. Answers its path. */
export function container(name) {
  execFileSync('ip', ['netns', 'add', name]);
  return `/run/netns/${name}`;
}
