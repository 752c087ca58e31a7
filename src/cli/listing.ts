import type { Command } from 'commander';
import { colours } from './colours.js';
import { checkFields, render } from './format/render.js';
import { parseTemplate } from './format/template.js';
import { collect } from './parse/pairs.js';
import { table } from './table.js';
import type { World } from './world.js';

/** What the `ls` commands have in common. */
export interface ListingFlags {
  readonly quiet?: boolean;
  /** False with `--no-trunc`. */
  readonly trunc: boolean;
  readonly filter?: readonly string[];
  readonly format?: string;
}

/** A line of a listing: its fields by the names that templates use. Every field is text, as with Docker. */
export type Row = { readonly ID: string } & { readonly [field: string]: string };

/** The fields of a listing with their headers; those of `shown` make the table. */
export interface Columns {
  readonly headers: { readonly [field: string]: string };
  readonly shown: readonly string[];
}

/** Adds the flags of an `ls` command. */
export const listingFlags = (command: Command, filters: readonly string[]): Command =>
  command
    .option('-q, --quiet', 'only ids')
    .option('--no-trunc', 'whole ids, and nothing cut short')
    .option('-f, --filter <KEY=VALUE>', `only those: ${filters.join(', ')}`, collect)
    .option('--format <TEMPLATE>', "'json' (an object a line), 'table …' or a template: '{{.Name}} {{.ID}}'");

/** Prints rows as a table, as ids, as JSON or through a template. */
export function printListing(world: World, rows: readonly Row[], columns: Columns, flags: ListingFlags): void {
  const { format } = flags;
  const write = (text: string) => world.out.write(text);
  if (flags.quiet && format === undefined) rows.forEach(({ ID }) => write(`${ID}\n`));
  else if (format === undefined || format === 'table') {
    const pick = (from: { readonly [field: string]: string }) => columns.shown.map((field) => from[field] ?? '');
    write(asTable(pick(columns.headers), rows.map(pick), world));
  } else if (format === 'json') rows.forEach((row) => write(`${JSON.stringify(row)}\n`));
  else if (format.startsWith('table ')) write(templateTable(format.slice('table '.length), rows, columns, world));
  else {
    const template = parseTemplate(format);
    checkFields(template, columns.headers);
    rows.forEach((row) => write(`${render(template, row)}\n`));
  }
}

const asTable = (headers: readonly string[], rows: readonly (readonly string[])[], world: World): string =>
  table(headers, rows, colours(world, world.out).bold);

// The header is the template filled with the fields' headers; tabs part the columns.
function templateTable(text: string, rows: readonly Row[], { headers }: Columns, world: World): string {
  const template = parseTemplate(text);
  const cells = (values: object) => render(template, values).split('\t');
  return asTable(cells(headers), rows.map(cells), world);
}

/** Labels and options in one cell, as Docker writes them. */
export const inOneCell = (values: { readonly [name: string]: string }): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
