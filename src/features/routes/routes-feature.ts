import { prefixFamily } from '../../ip/prefix.js';
import type { Feature } from '../../model/driver.js';
import { parseRoutes, ROUTES } from '../../model/endpoint-routes.js';
import type { Resource } from '../../resource/resource.js';

/** Routes by an endpoint's link that the user asked for. */
export const routesFeature: Feature = {
  name: 'routes',
  endpoint: ({ endpoint, sandbox }) => {
    const text = endpoint.options[ROUTES];
    if (text === undefined || !endpoint.link) return [];
    const dev = endpoint.link.inside;
    return (parseRoutes(text) ?? []).map(
      ({ to, via }): Resource => ({ kind: 'route', in: sandbox.stack, family: prefixFamily(to), to, ...(via && { via }), dev }),
    );
  },
};
