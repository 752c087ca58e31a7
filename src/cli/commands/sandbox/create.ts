import { LINK, withLinks } from '../../attach-flags.js';
import { parseAttach } from '../../parse/attach.js';
import { EGRESS, egressAsk } from '../../parse/egress.js';
import { collect, pairs } from '../../parse/pairs.js';
import { type DnsFlags, dnsAsk, dnsFlags } from '../../dns-flags.js';
import { wholeNumber } from '../../parse/whole-number.js';
import { namespacePath } from '../../process/namespace-path.js';
import { parsePublish, PUBLISH } from '../../parse/publish.js';
import { until } from '../../process/until.js';
import { type RateFlags, rateFlags, ratesAsk } from '../../rate-flags.js';
import { usage } from '../../usage.js';
import type { Define } from '../../define.js';
import { progress } from '../../progress.js';
import type { SandboxAsk } from '../../../model/asks.js';
import type { Sandboxes } from '../../../model/fairlead.js';
import type { Shell } from '../../shell.js';
import { tellWaiting } from '../../tell-waiting.js';

const HELP = 'fairlead sandbox create --help';

interface Flags extends DnsFlags, RateFlags {
  readonly name?: string;
  readonly hostname?: string;
  readonly netns?: string;
  readonly network?: readonly string[];
  readonly publish?: readonly string[];
  readonly link?: readonly string[];
  readonly egress?: readonly string[];
  readonly label?: readonly string[];
  readonly untilPid?: string;
  readonly count?: string;
}

/** How many one command makes. */
const MOST = 10_000;

/** `sandbox create`: prints the id. */
export const create: Define = (command, shell) => {
  command
    .option('--name <NAME>', 'its name (default: one is made)')
    .option('--network <NETWORK>', "'web' or 'web,ip=10.0.0.9,alias=db'; may repeat (default: none)", collect)
    .option('-p, --publish <PORT>', PUBLISH, collect)
    .option('--link <NAME[:ALIAS]>', LINK, collect)
    .option('--egress <WHERE>', EGRESS, collect)
    .option('--hostname <NAME>', 'its host name')
    .option('--netns <PATH>', 'adopt a namespace that exists, such as /proc/PID/ns/net')
    .option('--label <K=V>', 'a label; may repeat', collect)
    .option('--until-pid <PID>', 'goes when this process ends: --until-pid $$ is the shell')
    .option('--count <N>', 'makes so many, alike; their names are NAME-1, NAME-2 …');
  dnsFlags(rateFlags(command, 'it')).action(async ({ name, hostname, netns, network, publish, egress, link = [], label, untilPid, count, ...flags }: Flags) => {
    const labels = pairs('--label', label, HELP);
    const many = wholeNumber('--count', count, HELP);
    if (many !== undefined && !(many >= 1 && many <= MOST)) throw usage(`--count takes 1 to ${MOST}`, HELP);
    if (many !== undefined && netns !== undefined) throw usage('--netns is one namespace, and --count makes several sandboxes', HELP);
    const pid = wholeNumber('--until-pid', untilPid, HELP);
    const dns = dnsAsk(flags, HELP);
    const rates = ratesAsk(flags);
    if (link.length > 0 && !network) throw usage('--link names somebody on a network; there is none', HELP);
    const networks = network?.map(parseAttach).map((each) => withLinks(each, link));
    const ports = publish?.map(parsePublish);
    const ways = egressAsk(egress);
    const { sandboxes } = await shell.fairlead();
    const ask = {
      ...(name !== undefined && { name }),
      ...(hostname !== undefined && { hostname }),
      ...(netns !== undefined && { netns: namespacePath(netns) }),
      ...(dns && { dns }),
      ...(labels && { labels }),
      ...(networks && { networks }),
      ...(ports && { ports }),
      ...(ways && { egress: ways }),
      ...rates,
      ...(pid !== undefined && { until: until(pid) }),
    };
    if (many !== undefined) return createMany(shell, sandboxes, ask, many);
    const sandbox = await sandboxes.create(ask);
    await tellWaiting(shell, sandbox);
    shell.print(sandbox.id);
  });
};

// Each for itself: the ids of those that are there are printed, and why others are not.
async function createMany(shell: Shell, sandboxes: Sandboxes, ask: SandboxAsk, count: number): Promise<void> {
  const named = (at: number): SandboxAsk => ({ ...ask, ...(ask.name !== undefined && { name: `${ask.name}-${at + 1}` }) });
  const made = await sandboxes.createMany(
    Array.from({ length: count }, (_, at) => named(at)),
    progress(shell.world.err, 'sandboxes', count),
  );
  for (const each of made) {
    if ('error' in each) shell.fail(each.error);
    else shell.print(each.sandbox.id);
  }
}
