import type { Check } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { commands } from '../../resource/commands.js';
import { givenOf } from '../../resource/mark.js';
import type { LinkSeen, Survey } from '../../resource/survey.js';

/**
 * What another instance of Fairlead left on this host: the daemon was started with another state directory, or that was lost. It is
 * reported and never removed: the other one may come back for it.
 */
export const otherInstanceCheck: Check = {
  name: 'other-instance',
  ours: false,
  run: ({ host }) => [...tables(host), ...links(host)],
};

function* tables({ tables: all }: Survey): Generator<Found> {
  for (const { family, ours, instance } of all) {
    if (ours) continue;
    const whose = instance === undefined ? 'and no Fairlead made it' : `of another Fairlead instance (${instance})`;
    yield {
      code: instance === undefined ? 'table-taken' : 'instance-other',
      object: 'host',
      problem: `there is a table ${family} fairlead ${whose}; no bridge network can be made beside it`,
      mend: `${instance === undefined ? '' : BACK}nft delete table ${family} fairlead`,
    };
  }
}

const BACK = 'start the daemon with the state directory of that instance (--state DIR); or, if that is lost: ';

function* links({ links }: Survey): Generator<Found> {
  const others = links.filter(({ ours, instance }) => !ours && instance !== undefined);
  for (const instance of new Set(others.map((each) => each.instance))) {
    const theirs = others.filter((each) => each.instance === instance);
    const names = theirs.map(({ name }) => name);
    yield {
      code: 'instance-other',
      object: 'host',
      problem: `${names.length === 1 ? 'a link' : `${names.length} links`} of another Fairlead instance (${instance}): ${names.join(', ')}`,
      mend: `${BACK}${theirs.flatMap((each) => [...givingBack(each, links), `ip link delete ${each.name}`]).join('; ')}`,
    };
  }
}

/** All that the host has by a link that is a port of such a bridge is on the bridge: whoever deletes that first cuts the host off. */
function givingBack(bridge: LinkSeen, links: readonly LinkSeen[]): readonly string[] {
  if (bridge.instance === undefined || !givenOf({ id: bridge.instance }, bridge)?.underlay) return [];
  const ports = links.filter(({ master, instance }) => master === bridge.name && instance === undefined);
  // The bridge was made of its MAC address; a card that was replaced has another.
  const lent = ports.find(({ mac }) => mac === bridge.mac) ?? ports[0];
  return lent ? commands([{ do: 'delete', resource: { kind: 'enslaved', in: 'host', link: lent.name, master: bridge.name } }]) : [];
}
