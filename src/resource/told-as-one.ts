import type { Key } from './resource.js';

/** All our rules in Docker's chain DOCKER-USER: whoever changes that is told of by this key, and which rule it was is seen there. */
export const ADMISSIONS: Key = 'admission host DOCKER-USER';

/** All that IPsec has of ours: nothing tells whose a state was that went with all others. */
export const IPSEC: Key = 'policy host ';
