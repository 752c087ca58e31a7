import type { Plugin } from '../../plugin/serve/handlers.js';
import { activated } from './activated.js';
import type { Docker } from './docker.js';
import { createEndpoint, deleteEndpoint, join, program, revoke } from './endpoints.js';
import { releaseAddress, releasePool, requestAddress, requestPool, SPACES } from './ipam.js';
import { createNetwork, deleteNetwork } from './networks.js';

/** This Fairlead, as Docker's drivers. */
export function dockerPlugin(docker: Docker): Plugin {
  return {
    activated: () => activated(docker),
    network: {
      // Docker without Swarm keeps no networks of global scope: those that hosts share are found by their name here.
      capabilities: { scope: 'local', connectivity: 'global' },
      createNetwork: (ask) => createNetwork(docker, ask),
      deleteNetwork: (ask) => deleteNetwork(docker, ask),
      createEndpoint: (ask) => createEndpoint(docker, ask),
      deleteEndpoint: (ask) => deleteEndpoint(docker, ask),
      endpointOperInfo: () => ({ value: {} }),
      join: (ask) => join(docker, ask),
      // The link is Docker's until it has brought it back: all goes when the endpoint is deleted.
      leave: () => {},
      programExternalConnectivity: (ask) => program(docker, ask),
      revokeExternalConnectivity: (ask) => revoke(docker, ask),
    },
    ipam: {
      // By it Docker's asks for both families of an endpoint are known to be one.
      capabilities: { needsMac: true },
      spaces: SPACES,
      requestPool: (ask) => requestPool(docker, ask),
      releasePool: (ask) => releasePool(docker, ask),
      requestAddress: (ask) => requestAddress(docker, ask),
      releaseAddress: (ask) => releaseAddress(docker, ask),
    },
  };
}
