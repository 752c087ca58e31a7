import type { EngineEvent } from './event-scribe.js';
import type { Matchers } from './filters.js';
import { hasLabel } from './labels.js';

// The beginning of an id or of a name, as the Engine has it.
const begins = ({ Actor }: EngineEvent, value: string): boolean => Actor.ID.startsWith(value) || Actor.Attributes['name']?.startsWith(value) === true;

/** What events are filtered by. */
export const eventMatchers: Matchers<EngineEvent> = {
  type: ({ Type }, value) => Type === value,
  event: ({ Action }, value) => Action === value,
  scope: ({ scope }, value) => scope === value,
  network: (event, value) => event.Type === 'network' && begins(event, value),
  container: (event, value) => event.Type === 'container' && begins(event, value),
  label: ({ Actor }, value) => hasLabel(Actor.Attributes, value),
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
