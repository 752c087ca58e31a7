import type { Ip } from './types.js';

/**
 * Where clouds answer a machine's questions about itself, its credentials among them: 169.254.169.254 of nearly all, fd00:ec2::254
 * of Amazon EC2, fd20:ce::254 of Google Compute Engine.
 */
export const METADATA = ['169.254.169.254', 'fd00:ec2::254', 'fd20:ce::254'] as readonly string[] as readonly Ip[];
