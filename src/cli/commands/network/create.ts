import type { NetworkAsk } from '../../../model/asks.js';
import { isOnSegment } from '../../../model/publishing.js';
import { driverHelp } from '../../driver-help.js';
import { EGRESS, egressAsk } from '../../parse/egress.js';
import { collect, pairs } from '../../parse/pairs.js';
import { type PoolFlags, parsePools } from '../../parse/pools.js';
import { type RateFlags, rateFlags, ratesAsk } from '../../rate-flags.js';
import type { Define } from '../../define.js';
import { usage } from '../../usage.js';

const HELP = 'fairlead network create --help';

interface Flags extends PoolFlags, RateFlags {
  readonly driver?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly configOnly?: boolean;
  readonly configFrom?: string;
  readonly opt?: readonly string[];
  readonly egress?: readonly string[];
  readonly label?: readonly string[];
  readonly ipamDriver?: string;
  readonly ipamOpt?: readonly string[];
  readonly dryRun?: boolean;
  readonly help?: string | boolean;
}

/** `network create`: prints the id alone. */
export const create: Define = (command, shell) => {
  command
    .usage('[options] NAME')
    .argument('[NAME]', 'letters, digits, "_", "." and "-"')
    .option('-d, --driver <DRIVER>', 'what makes it real (default: bridge)')
    .option('--subnet <SUBNET>', 'such as 10.64.0.0/24; may repeat (default: one is picked)', collect)
    .option('--gateway <ADDRESS>', "the network's own address; one a subnet", collect)
    .option('--ip-range <RANGE>', 'the part of a subnet that addresses are given from', collect)
    .option('--aux-address <NAME=ADDRESS>', 'an address that is kept free; may repeat', collect)
    .option('--ipv4', 'with IPv4 (as without it; --ipv4=false: without)')
    .option('--ipv6', 'with IPv6')
    .option('--internal', 'without a way out')
    .option('--attachable', 'stored for programs that ask for it')
    .option('--config-only', 'only a template for other networks')
    .option('--config-from <NETWORK>', 'take families, subnets, options and labels from this template')
    .option('--egress <WHERE>', EGRESS, collect);
  rateFlags(command, 'each sandbox on it')
    .option('-o, --opt <K=V>', 'an option of the driver; may repeat', collect)
    .option('--label <K=V>', 'a label; may repeat', collect)
    .option('--ipam-driver <DRIVER>', 'what gives addresses: dhcp, null, a plugin (default: default)')
    .option('--ipam-opt <K=V>', 'an option for it; may repeat', collect)
    .option('--dry-run', 'print the commands that a person would type, and do nothing')
    .helpOption(false)
    .option('-h, --help [DRIVER]', "print this, or a driver's options")
    .action(async (name: string | undefined, flags: Flags) => {
      if (flags.help === true) return command.outputHelp();
      if (typeof flags.help === 'string') return shell.world.out.write(await driverHelp(await shell.fairlead(), flags.help));
      if (name === undefined) throw usage("missing required argument 'NAME'", HELP);
      const network = asked(name, flags);
      const fairlead = await shell.fairlead();
      if (flags.dryRun) for (const line of await fairlead.plan({ network })) shell.print(line);
      else shell.print((await fairlead.networks.create(network)).id);
    });
  for (const name of ['ipv4', 'ipv6', 'internal', 'attachable', 'config-only', 'dry-run']) command.addOption(command.createOption(`--no-${name}`).hideHelp());
};

function asked(name: string, flags: Flags): NetworkAsk {
  const options = pairs('-o', flags.opt, HELP);
  const config = parsePools(flags, HELP, isOnSegment({ driver: flags.driver ?? 'bridge', options: options ?? {} }));
  const labels = pairs('--label', flags.label, HELP);
  const egress = egressAsk(flags.egress);
  const ipamOptions = pairs('--ipam-opt', flags.ipamOpt, HELP);
  const ipam = {
    ...(flags.ipamDriver !== undefined && { driver: flags.ipamDriver }),
    ...(ipamOptions && { options: ipamOptions }),
    ...(config.length > 0 && { config }),
  };
  return {
    name,
    ...(flags.driver !== undefined && { driver: flags.driver }),
    ...(flags.ipv4 !== undefined && { ipv4: flags.ipv4 }),
    ...(flags.ipv6 !== undefined && { ipv6: flags.ipv6 }),
    ...(flags.internal !== undefined && { internal: flags.internal }),
    ...(flags.attachable !== undefined && { attachable: flags.attachable }),
    ...(flags.configOnly !== undefined && { configOnly: flags.configOnly }),
    ...(flags.configFrom !== undefined && { configFrom: flags.configFrom }),
    ...ratesAsk(flags),
    ...(labels && { labels }),
    ...(options && { options }),
    ...(egress && { egress }),
    ...(Object.keys(ipam).length > 0 && { ipam }),
  };
}
