import type { Json } from '../../base/json.js';
import { documents } from '../format/documents.js';
import { printable } from '../printable.js';
import type { Define } from '../define.js';

/** `info`: what the daemon knows of itself. */
export const info: Define = (command, shell) => {
  command.option('-f, --format <TEMPLATE>', "'json' (one line) or a template").action(async ({ format }: { readonly format?: string }) => {
    const facts = await (await shell.fairlead()).info();
    if (format !== undefined) return shell.world.out.write(documents(format, [facts], 'single'));
    for (const line of outline(facts, '')) shell.print(line);
  });
};

// Nested facts are indented; the options of drivers have a help of their own (network create --help DRIVER), their names are enough here.
function outline(facts: { readonly [name: string]: Json }, indent: string): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const label = `${indent}${printable(name)}:`;
    if (name === 'drivers' && isObject(value)) return [`${label} ${Object.keys(value).join(', ')}`];
    return isObject(value) ? [label, ...outline(value, `${indent}  `)] : [`${label} ${show(value)}`];
  });
}

const isObject = (value: Json): value is { readonly [name: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: Json): string => printable(Array.isArray(value) ? value.map(String).join(', ') : String(value));
