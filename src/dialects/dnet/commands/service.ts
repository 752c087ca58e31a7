import { collect, type Noun } from '../command.js';
import { DnetFailure } from '../failure.js';
import { columns, short } from '../listing.js';
import { listOf, oneOf, parts, SANDBOX, sandboxOf, SERVICE, serviceNamed } from '../objects.js';
import type { Rest } from '../rest.js';

/** `service publish|unpublish|attach|detach|ls|info`. */
export const service: Noun = (noun, { rest, print }) => {
  noun
    .command('publish <SERVICE>')
    .description('Publish a new service on a network: SERVICE[.NETWORK]')
    .option('--alias <ALIAS>', 'another name for the whole network; may repeat', collect)
    .action(async (text: string, { alias = [] }: { readonly alias?: readonly string[] }) => {
      const { service, network } = parts(text);
      print(String(await rest().call('POST', '/services', { name: service, my_aliases: alias, network_name: network })));
    });
  noun
    .command('unpublish <SERVICE>')
    .description('Removes a service: SERVICE[.NETWORK]')
    .option('-f, --force', 'also one that is attached')
    .action(async (text: string, { force = false }: { readonly force?: boolean }) => {
      const { service } = parts(text);
      await rest().call('DELETE', `/services/${await serviceNamed(rest(), text)}`, { name: service, force });
    });
  noun
    .command('attach <CONTAINER> <SERVICE>')
    .description('Sets a container as a service backend: CONTAINER SERVICE[.NETWORK]')
    .option('--alias <NAME:ALIAS>', 'another name for a container, seen by this one alone; may repeat', collect)
    .action(async (container: string, text: string, { alias = [] }: { readonly alias?: readonly string[] }) => {
      const sandbox = await attached(rest(), container);
      await rest().call('POST', `/services/${await serviceNamed(rest(), text)}/backend`, { sandbox_id: sandbox, aliases: alias });
    });
  noun
    .command('detach <CONTAINER> <SERVICE>')
    .description('Detaches a container from a service: CONTAINER SERVICE[.NETWORK]')
    .action(async (container: string, text: string) => {
      const sandbox = await attached(rest(), container);
      await rest().call('DELETE', `/services/${await serviceNamed(rest(), text)}/backend/${sandbox}`);
    });
  noun
    .command('ls')
    .description('Lists all the services on a network')
    .option('--net, --network <NETWORK>', 'only those of this network')
    .option('-q, --quiet', 'only display numeric ids')
    .option('--no-trunc', 'do not cut ids')
    .action(async ({ network, quiet = false, trunc }: { readonly network?: string; readonly quiet?: boolean; readonly trunc: boolean }) => {
      const query = network === undefined ? '' : `?network=${encodeURIComponent(network)}`;
      const services = await listOf(rest(), `/services${query}`, SERVICE);
      const cut = (id: string) => (trunc ? short(id) : id);
      if (quiet) for (const { id } of services) print(cut(id));
      else print(columns([['SERVICE ID', 'NAME', 'NETWORK', 'CONTAINER', 'SANDBOX'], ...(await Promise.all(services.map((each) => row(rest(), each, cut))))]));
    });
  noun
    .command('info <SERVICE>')
    .description('Displays detailed information about a service')
    .action(async (text: string) => {
      const { id, name, network } = await oneOf(rest(), `/services/${await serviceNamed(rest(), text)}`, SERVICE);
      print(`Service Id: ${id}\n\tName: ${name}\n\tNetwork: ${network}`);
    });
};

async function attached(rest: Rest, container: string): Promise<string> {
  const sandbox = await sandboxOf(rest, container);
  if (sandbox === undefined) throw new DnetFailure(`resource not found ${container}`);
  return sandbox;
}

async function row(rest: Rest, { id, name, network }: { readonly id: string; readonly name: string; readonly network: string }, cut: (id: string) => string) {
  const backend = await oneOf(rest, `/services/${id}/backend`, SANDBOX);
  return [cut(id), name, network, cut(backend.container_id), cut(backend.id)];
}
