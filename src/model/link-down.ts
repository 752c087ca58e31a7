/** The option by which the link inside of an endpoint on a bridge stays down. */
export const DOWN = 'com.fairlead.bridge.down';
