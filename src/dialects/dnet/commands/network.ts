import { collect, type Noun } from '../command.js';
import { DnetFailure } from '../failure.js';
import { columns, short } from '../listing.js';
import { listOf, NETWORK, networkNamed, oneOf } from '../objects.js';

interface Creation {
  readonly driver?: string;
  readonly id?: string;
  readonly opt?: readonly string[];
  readonly internal?: boolean;
  readonly ipv6?: boolean;
  readonly subnet?: string;
  readonly ipRange?: string;
}

/** `network create|rm|ls|info`. */
export const network: Noun = (noun, { rest, print }) => {
  noun
    .command('create <NETWORK>')
    .description('Creates a new network with a name specified by the user')
    .option('-d, --driver <DRIVER>', 'driver to manage the network (default: that of the daemon)')
    .option('--id <ID>', 'its id (default: one is made)')
    .option('-o, --opt <K=V>', 'options of the driver; may repeat, or be joined by commas', collect)
    .option('--internal', 'without a way out')
    .option('--ipv6', 'with IPv6')
    .option('--subnet <CIDR>', 'its subnet (default: one is picked)')
    .option('--ip-range <CIDR>', 'the part of it that addresses are given from')
    .action(async (name: string, flags: Creation) => print(String(await rest().call('POST', '/networks', body(name, flags)))));
  noun
    .command('rm <NETWORK>')
    .description('Deletes a network')
    .action(async (ref: string) => void (await rest().call('DELETE', `/networks/${await networkNamed(rest(), ref)}`)));
  noun
    .command('ls')
    .description('Lists all the networks created by the user')
    .option('-q, --quiet', 'only display numeric ids')
    .option('--no-trunc', 'do not cut ids')
    .option('-l, --latest', 'has no effect')
    .option('-n <N>', 'has no effect')
    .action(async ({ quiet = false, trunc }: { readonly quiet?: boolean; readonly trunc: boolean }) => {
      const shown = (await listOf(rest(), '/networks', NETWORK)).map((each) => ({ ...each, id: trunc ? short(each.id) : each.id }));
      if (quiet) for (const { id } of shown) print(id);
      else print(columns([['NETWORK ID', 'NAME', 'TYPE'], ...shown.map(({ id, name, type }) => [id, name, type])]));
    });
  noun
    .command('info <NETWORK>')
    .description('Displays detailed information on a network')
    .action(async (ref: string) => {
      const { id, name, type } = await oneOf(rest(), `/networks/${await networkNamed(rest(), ref)}`, NETWORK);
      print(`Network Id: ${id}\nName: ${name}\nType: ${type}`);
    });
};

function body(name: string, { driver = '', id = '', opt = [], internal, ipv6, subnet = '', ipRange = '' }: Creation): object {
  if (ipRange !== '' && subnet === '') throw new DnetFailure('--ip-range needs --subnet');
  const on = (flag: boolean | undefined, key: string) => (flag ? { [key]: 'true' } : {});
  return {
    name,
    id,
    network_type: driver,
    driver_opts: Object.fromEntries(opt.flatMap((text) => text.split(',')).map(pair)),
    network_opts: { ...on(internal, 'com.docker.network.internal'), ...on(ipv6, 'com.docker.network.enable_ipv6') },
    ...(subnet && { ipv4_configuration: [{ PreferredPool: subnet, SubPool: ipRange }] }),
  };
}

function pair(text: string): readonly [key: string, value: string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
