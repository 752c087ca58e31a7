import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import type { Taken, TakeScene } from '../../model/driver.js';
import type { Survey } from '../../resource/survey.js';
import { joinFacts } from './facts.js';

/** The link that the plugin says it left on the host, borrowed. Throws `plugin-unfit` where it is not there, ours, or another endpoint's. */
export function take({ network, endpoint }: TakeScene, { links }: Survey, taken: Taken): Facts {
  const joined = joinFacts(endpoint);
  // A driver without a data path leaves none.
  if (joined?.source === undefined) return { ...endpoint.facts };
  const unfit = (reason: string) => failure('plugin-unfit', { plugin: network.driver, call: 'NetworkDriver.Join', reason });
  const { source } = joined;
  const link = links.find(({ name }) => name === source);
  const other = taken.get(source);
  if (other !== undefined) throw unfit(`link "${source}" is given to endpoint ${other}`);
  if (!link) throw unfit(`it names link "${source}", and there is none on this host`);
  if (link.instance !== undefined || link.type === 'loopback' || link.type === 'bridge') throw unfit(`link "${source}" is none that can be given away`);
  return { ...endpoint.facts, device: source, ...(endpoint.mac === undefined && link.mac !== undefined && { mac: link.mac }) };
}
