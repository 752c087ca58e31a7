import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { patiently } from '../measure.mjs';

const AT = '127.0.0.1:2379';

/** A real etcd with its data in this folder, and what it says of itself. */
export async function startEtcd(environment, data) {
  mkdirSync(data, { recursive: true });
  const at = ['--data-dir', data, '--listen-client-urls', `http://${AT}`, '--advertise-client-urls', `http://${AT}`, '--log-level', 'error'];
  const etcd = spawn('etcd', at, { env: environment, stdio: 'ignore' });
  const ended = once(etcd, 'exit').then(([code]) => {
    throw new Error(`etcd ended with ${code}`);
  });
  ended.catch(() => {});
  await Promise.race([ended, patiently(() => counts().catch(() => undefined), 50)]);
  return {
    store: `etcd://${AT}/bench`,
    counts,
    /** Megabytes. */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${etcd.pid}/status`, 'utf8'))[1]) / 1000,
    /** Resolves when its port is free again. */
    end: async () => {
      etcd.kill('SIGKILL');
      await ended.catch(() => {});
    },
  };
}

// Keys written, changes told to watchers, and bytes sent to clients, since it began.
function counts() {
  return new Promise((resolve, reject) => {
    http
      .get(`http://${AT}/metrics`, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          const value = (name) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
          resolve({
            puts: value('etcd_debugging_mvcc_put_total'),
            events: value('etcd_debugging_mvcc_events_total'),
            sent: value('etcd_network_client_grpc_sent_bytes_total'),
          });
        });
      })
      .on('error', reject);
  });
}
