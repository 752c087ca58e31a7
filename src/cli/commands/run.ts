import type { UntilAsk } from '../../model/asks.js';
import type { Sandbox } from '../../model/records.js';
import { LINK, withLinks } from '../attach-flags.js';
import { parseAttach } from '../parse/attach.js';
import { EGRESS, egressAsk } from '../parse/egress.js';
import { collect } from '../parse/pairs.js';
import { parsePublish, PUBLISH } from '../parse/publish.js';
import { type ProgramFlags, prepare, programFlags } from '../process/program.js';
import { requireHere } from '../process/require-here.js';
import { runDetached } from '../process/run-detached.js';
import { runForeground } from '../process/run-foreground.js';
import { type DnsFlags, dnsAsk, dnsFlags } from '../dns-flags.js';
import { until } from '../process/until.js';
import { type RateFlags, rateFlags, ratesAsk } from '../rate-flags.js';
import type { Define } from '../define.js';
import { STATEMENT } from '../statement.js';
import type { Shell } from '../shell.js';
import { usage } from '../usage.js';

const ABOUT = {
  help: 'fairlead run --help',
  note: 'run gives a host command a network, it knows no images',
  mend: 'for a container: docker run --network …   (docs/guides/docker.md)',
};

interface Flags extends ProgramFlags, DnsFlags, RateFlags {
  readonly network?: readonly string[];
  readonly publish?: readonly string[];
  readonly link?: readonly string[];
  readonly egress?: readonly string[];
  readonly name?: string;
  readonly hostname?: string;
  readonly detach?: boolean;
  readonly log?: string;
}

/** `run`: a sandbox that lives as long as its command. */
export const run: Define = (command, shell) => {
  command
    .description(`${STATEMENT}\nRuns a command of this host in one that lives as long as the command.`)
    .argument('<CMD>', 'a command of this host')
    .argument('[ARG...]', 'what it is given')
    .usage('[options] [--] CMD [ARG...]')
    .option('--network <NETWORK>', "'web' or 'web,ip=10.0.0.9,alias=db'; may repeat (default: bridge)", collect)
    .option('-p, --publish <PORT>', PUBLISH, collect)
    .option('--egress <WHERE>', EGRESS, collect)
    .option('--name <NAME>', 'name of the sandbox (default: one is made)')
    .option('--link <NAME[:ALIAS]>', LINK, collect)
    .option('--hostname <NAME>', 'its host name');
  programFlags(dnsFlags(rateFlags(command, 'it')))
    .option('-d, --detach', 'print the id and go; the command runs on, its sandbox stays until it is removed')
    .option('--log <FILE>', 'with -d: where its output goes (default: nowhere)')
    .addHelpText('after', "\nStatus: the command's; 128+n for signal n; 127 no such command; 126 it cannot be executed; 125 our own failure.")
    .action(async (cmd: string, args: readonly string[], flags: Flags) => {
      if (flags.log !== undefined && !flags.detach) throw usage('--log is for -d; without it the output is here', ABOUT.help);
      const program = prepare([cmd, ...args], flags, shell.world, ABOUT);
      const create = creation(shell, flags, flags.detach ? undefined : until(process.pid));
      await (flags.detach ? runDetached(shell, program, create, flags.log) : runForeground(shell, program, create));
    });
};

function creation(
  shell: Shell,
  { name, hostname, network = ['bridge'], publish, egress, link = [], ...flags }: Flags,
  holder: UntilAsk | undefined,
): () => Promise<Sandbox> {
  const networks = network.map(parseAttach).map((each) => withLinks(each, link));
  const ports = publish?.map(parsePublish);
  const ways = egressAsk(egress);
  const dns = dnsAsk(flags, ABOUT.help);
  const rates = ratesAsk(flags);
  return async () => {
    await requireHere(shell);
    const { sandboxes } = await shell.fairlead();
    return sandboxes.create({
      networks,
      ...(name !== undefined && { name }),
      ...(hostname !== undefined && { hostname }),
      ...(dns && { dns }),
      ...(ports && { ports }),
      ...(ways && { egress: ways }),
      ...rates,
      ...(holder && { until: holder }),
    });
  };
}
