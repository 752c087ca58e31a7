import { execFileSync } from 'node:child_process';
import { started } from './starter.mjs';

/** Runs a program that reads a JSON document and answers one. Rejects with what it said where it failed. */
export async function fed(program, args, document, env) {
  const written = await started(program, args, { input: JSON.stringify(document), env });
  return written === '' ? undefined : JSON.parse(written);
}

/** A namespace that a container runtime would have made. Answers its path. */
export function container(name) {
  execFileSync('ip', ['netns', 'add', name]);
  return `/run/netns/${name}`;
}
