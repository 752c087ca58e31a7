// What `inspect` answers: records in the shapes of Docker Engine, so that scripts and eyes find what they know.
export { type EndpointSettingsView, type EndpointView, inspectEndpoint } from './inspect-endpoint.js';
export { inspectNetwork, type NetworkContainerView, type NetworkView, type SubnetView } from './inspect-network.js';
export { inspectSandbox, type NetworkSettingsView, type SandboxView } from './inspect-sandbox.js';
