// Docker's own bridge, or Fairlead's as its plugin: connecting a container that runs, over Docker's API.
import { startDaemon } from '../daemon.mjs';
import { startDockerd } from '../peers/dockerd.mjs';
import { serve } from './serve.mjs';

await serve(async ({ plugin = false }) => {
  const place = `${process.env.FAIRLEAD_BENCH}/docker-${process.pid}`;
  const docker = await startDockerd(place);
  const daemon = plugin ? await startDaemon(`${place}/fairlead`, '--docker-plugin-dir', docker.plugins) : undefined;
  const subnet = { Config: [{ Subnet: '10.71.0.0/16' }] };
  await docker.ask('POST', '/networks/create', { Name: 'bench', Driver: plugin ? 'fairlead' : 'bridge', IPAM: subnet });
  const Image = 'busybox';
  return {
    title: `Docker, network connect${plugin ? " by fairlead's plugin" : ''}`,
    async prepare(n) {
      await docker.ask('POST', `/containers/create?name=c${n}`, { Image, Cmd: ['sleep', '86400'] });
      await docker.ask('POST', `/containers/c${n}/start`);
    },
    attach: (n) => docker.ask('POST', '/networks/bench/connect', { Container: `c${n}` }),
    detach: (n) => docker.ask('POST', '/networks/bench/disconnect', { Container: `c${n}` }),
    async close() {
      await docker.close();
      await daemon?.close();
    },
  };
});
