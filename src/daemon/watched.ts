import { isLoopback, parseTcpPlace, type Place } from '../http/place.js';
import type { Fairlead } from '../model/fairlead.js';
import { version } from '../base/version.js';
import type { Face } from './faces.js';

/** A Fairlead that is watched, and the face that tells of it. */
export interface Watched {
  readonly fairlead: Fairlead;
  readonly face: Face;
}

/** Where metrics are told: `HOST:PORT`. Throws `listen-invalid`. */
export function metricsPlace(text: string): Place {
  const place = parseTcpPlace(text);
  // Who looks can change nothing, wherever from.
  return isLoopback(place.host) ? place : { ...place, open: true };
}

/** Has every change measured, and what is known told at this place. What it takes is loaded only now. */
export async function watched(fairlead: Fairlead, place: Place): Promise<Watched> {
  const [{ Exposition }, { measured }, { serveMetrics }] = await Promise.all([
    import('../metrics/exposition.js'),
    import('../metrics/measured.js'),
    import('../metrics/server.js'),
  ]);
  const exposition = new Exposition(fairlead, version);
  return {
    fairlead: measured(fairlead, (operation) => exposition.count(operation)),
    face: (_, log) => serveMetrics({ fairlead, exposition, place, log }),
  };
}
