// What `inspect` answers: records in the shapes of Docker Engine, so that scripts and eyes find what they know.
export { inspectEndpoint } from './inspect-endpoint.js';
export { inspectNetwork } from './inspect-network.js';
export { inspectSandbox } from './inspect-sandbox.js';
