import type { Network } from './records.js';

/** What the labels begin with of a network that a Docker has through its plugin: its id there follows, one label for each Docker. */
export const CALLED = 'com.fairlead.docker.network.';

/** Whether some Docker has a network through its plugin. It would go on to believe in one that is removed here. */
export const isOfDocker = ({ labels }: Pick<Network, 'labels'>): boolean => Object.keys(labels).some((name) => name.startsWith(CALLED));
