import { shortId } from '../../base/id.js';
import type { FairleadEvent } from '../../model/fairlead.js';
import { checkFields, render } from '../format/render.js';
import { type Node, parseTemplate } from '../format/template.js';
import type { Define } from '../define.js';

/** `events`: a line for each, until it is stopped. */
export const events: Define = (command, shell) => {
  command
    .option('--format <TEMPLATE>', "'json' (an object a line) or a template: '{{.kind}} {{.change}} {{.name}}'")
    .action(async ({ format }: { readonly format?: string }) => {
      const template = format === undefined || format === 'json' ? undefined : templateOf(format);
      const fairlead = await shell.fairlead();
      for await (const event of fairlead.events(shell.world.stop())) shell.print(lineOf(event, format, template));
    });
};

// What only events of endpoints have.
const ELSE = { network: '', sandbox: '' };

// The first event may be long in coming: what is wrong is said before.
function templateOf(format: string): readonly Node[] {
  const template = parseTemplate(format);
  checkFields(template, { at: 0, kind: '', id: '', name: '', change: '', ...ELSE } satisfies Record<keyof FairleadEvent, unknown>);
  return template;
}

function lineOf(event: FairleadEvent, format: string | undefined, template: readonly Node[] | undefined): string {
  if (template) return render(template, { ...ELSE, ...event });
  if (format === 'json') return JSON.stringify(event);
  return `${new Date(event.at).toISOString()} ${event.kind} ${event.change} ${event.name} (${shortId(event.id)})`;
}
