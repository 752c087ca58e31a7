import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { play } from './demo/play.js';

const PLACE = 'FAIRLEAD_DEMO_PLACE';

/**
 * The main job in ten seconds. It starts itself again in a network and a mount namespace of its own, in a user namespace too
 * where it is not root, so that nothing on the machine is changed; the kernel drops all of it when it ends. Answers the
 * exit status.
 */
export async function runDemo(): Promise<number> {
  const place = process.env[PLACE];
  return place === undefined ? playInNamespaces() : play(place);
}

async function playInNamespaces(): Promise<number> {
  const place = mkdtempSync(join(tmpdir(), 'fairlead-demo-'));
  const root = process.getuid?.() === 0;
  try {
    const user = root ? [] : ['--user', '--map-root-user'];
    const status = await run([...user, '--net', '--mount'], place);
    // unshare(1) itself answers 1 when the kernel refuses; the play never does.
    if (status === 1 && !root) process.stderr.write(REFUSED);
    return status;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const REFUSED = `fairlead: this system does not let users make namespaces
  with root it works: sudo npm run demo      (or allow it: kernel.unprivileged_userns_clone, user.max_user_namespaces, AppArmor)
`;

function run(namespaces: readonly string[], place: string): Promise<number> {
  const [, script = ''] = process.argv;
  const child = spawn('unshare', [...namespaces, process.execPath, script, 'demo'], { stdio: 'inherit', env: { ...process.env, [PLACE]: place } });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 130 : (code ?? 1)));
  });
}
