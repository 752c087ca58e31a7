import type { Feature } from '../../model/driver.js';
import { parseSettings, SYSCTLS } from '../../model/endpoint-options.js';
import type { Resource } from '../../resource/resource.js';

/** Settings of an endpoint's link that the user asked for. */
export const sysctlsFeature: Feature = {
  name: 'sysctls',
  endpoint: ({ endpoint, sandbox }) => {
    const text = endpoint.options[SYSCTLS];
    if (text === undefined || !endpoint.link) return [];
    const link = endpoint.link.inside;
    // With slashes: a link's name may have dots.
    return (parseSettings(text) ?? []).map(
      ({ family, part, name, value }): Resource => ({ kind: 'sysctl', in: sandbox.stack, link, path: `net/${family}/${part}/${link}/${name}`, value }),
    );
  },
};
