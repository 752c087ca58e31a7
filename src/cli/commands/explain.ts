import { documents } from '../format/documents.js';
import type { Define } from '../define.js';

/** `explain`: the commands alone, fit for a shell. */
export const explain: Define = (command, shell) => {
  command
    .argument(
      '<OBJECT>',
      "a name, an id, network/NAME, sandbox/NAME or endpoint/NETWORK/NAME; 'ruleset' prints the nftables rules, 'resolver/PORT' those of a sandbox",
    )
    .option('--format <TEMPLATE>', "'json' (one line) or a template")
    .action(async (ref: string, { format }: { readonly format?: string }) => {
      const explanation = await (await shell.fairlead()).explain(ref);
      if (format !== undefined) return shell.world.out.write(documents(format, [explanation], 'single'));
      if (explanation.commands.length === 0) shell.print(`# ${explanation.name}: nothing in the kernel while nothing uses it`);
      explanation.commands.forEach((line) => shell.print(line));
    });
};
