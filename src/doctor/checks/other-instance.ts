import type { Check } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import type { Survey } from '../../resource/survey.js';

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
    const names = others.filter((each) => each.instance === instance).map(({ name }) => name);
    yield {
      code: 'instance-other',
      object: 'host',
      problem: `${names.length === 1 ? 'a link' : `${names.length} links`} of another Fairlead instance (${instance}): ${names.join(', ')}`,
      mend: `${BACK}${names.map((name) => `ip link delete ${name}`).join('; ')}`,
    };
  }
}
