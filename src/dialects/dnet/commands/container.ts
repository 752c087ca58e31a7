import type { Noun } from '../command.js';
import { DnetFailure } from '../failure.js';
import { sandboxOf } from '../objects.js';

/** `container create|rm`: a sandbox that stands for a container. */
export const container: Noun = (noun, { rest, print }) => {
  noun
    .command('create <CONTAINER>')
    .description('Create a container')
    .action(async (id: string) => print(String(await rest().call('POST', '/sandboxes', { container_id: id }))));
  noun
    .command('rm <CONTAINER>')
    .description('Remove a container')
    .action(async (id: string) => {
      const sandbox = await sandboxOf(rest(), id);
      if (sandbox === undefined) throw new DnetFailure(`No sandbox for container ${id} found`);
      await rest().call('DELETE', `/sandboxes/${sandbox}`);
    });
};
