import type { Ask, Operation } from './operation.js';
import { createEndpoint } from './operations/create-endpoint.js';
import { createNetwork } from './operations/create-network.js';
import { createSandbox } from './operations/create-sandbox.js';
import { disturb } from './operations/disturb.js';
import { joinEndpoint } from './operations/join-endpoint.js';
import { leaveEndpoint } from './operations/leave-endpoint.js';
import { limitEgress } from './operations/limit-egress.js';
import { look } from './operations/look.js';
import { nonsense } from './operations/nonsense.js';
import { publishPorts } from './operations/publish-ports.js';
import { removeEndpoint } from './operations/remove-endpoint.js';
import { removeNetwork } from './operations/remove-network.js';
import { removeSandbox } from './operations/remove-sandbox.js';
import { updateEndpoint } from './operations/update-endpoint.js';
import { updateNetwork } from './operations/update-network.js';
import { withdrawPorts } from './operations/withdraw-ports.js';
import type { Random } from './random.js';

const OPERATIONS: readonly Operation[] = [
  createNetwork,
  removeNetwork,
  updateNetwork,
  createSandbox,
  removeSandbox,
  createEndpoint,
  joinEndpoint,
  leaveEndpoint,
  removeEndpoint,
  updateEndpoint,
  publishPorts,
  withdrawPorts,
  limitEgress,
  look,
  nonsense,
  disturb,
];

const LOTS = OPERATIONS.flatMap((operation) => Array.from({ length: operation.weight }, () => operation));

/** The next request. */
export const draw = (random: Random): Ask => random.pick(LOTS).draw(random);
