import type { Command } from 'commander';
import type { Fairlead } from '../model/fairlead.js';
import { documents } from './format/documents.js';
import { ENDPOINT_REFERENCES, REFERENCES } from './references.js';
import type { Shell } from './shell.js';

/** Makes an `inspect` command: the objects of these names as an array; those that are missing are errors, the others are printed all the same. */
export const inspecting =
  (kind: string, look: (fairlead: Fairlead, refs: readonly string[]) => Promise<readonly PromiseSettledResult<object>[]>) =>
  (command: Command, shell: Shell): void => {
    command
      .argument(`<${kind}...>`, kind === 'ENDPOINT' ? ENDPOINT_REFERENCES : REFERENCES)
      .option('-f, --format <TEMPLATE>', "'json' (one line) or a template: '{{.Name}}'")
      .action(async (refs: readonly string[], { format }: { readonly format?: string }) => {
        const results = await look(await shell.fairlead(), refs);
        const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
        shell.world.out.write(documents(format, found));
        for (const result of results) if (result.status === 'rejected') shell.fail(result.reason);
      });
  };
