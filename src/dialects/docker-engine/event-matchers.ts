import type { EngineEvent } from './event-scribe.js';
import type { Matchers } from './filters.js';

/** What events are filtered by. */
export const eventMatchers: Matchers<EngineEvent> = {
  type: ({ Type }, value) => Type === value,
  event: ({ Action }, value) => Action === value,
  scope: ({ scope }, value) => scope === value,
  network: ({ Type, Actor }, value) => Type === 'network' && (Actor.ID === value || Actor.Attributes['name'] === value),
  container: ({ Type, Actor }, value) =>
    Type === 'container' ? Actor.ID.startsWith(value) || Actor.Attributes['name'] === value : Actor.Attributes['container'] === value,
  // Networks and containers are what there is.
  daemon: () => false,
  image: () => false,
  volume: () => false,
  plugin: () => false,
  service: () => false,
  node: () => false,
  secret: () => false,
  config: () => false,
};
