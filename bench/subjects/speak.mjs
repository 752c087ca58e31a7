// The first word of sandboxes to the host: a packet of UDP, which this process answers as the host.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const PORT = 7000;
const crowd = new URL('../../test/tool/crowd.mjs', import.meta.url);

/** Microseconds until each of those in these namespaces had its answer; who was not answered has none. */
export async function speak(gateway, paths) {
  const echo = createSocket('udp4');
  echo.on('message', (message, { port, address }) => echo.send(message, port, address));
  echo.bind(PORT);
  await once(echo, 'listening');
  const worker = new Worker(crowd, { argv: await Promise.all(paths) });
  await once(worker, 'message');
  worker.postMessage({ number: 1, args: [gateway, PORT] });
  const [{ answer }] = await once(worker, 'message');
  await worker.terminate();
  echo.close();
  return answer;
}
