import { parseTemplate } from './template.js';
import { render } from './render.js';

/** What `inspect` and `info` print: JSON without a format, `json` on one line, or a template filled for each. */
export function documents(format: string | undefined, all: readonly object[], shape: 'list' | 'single' = 'list'): string {
  const whole = shape === 'list' ? all : all[0];
  if (format === undefined) return `${JSON.stringify(whole, null, 4)}\n`;
  if (format === 'json') return `${JSON.stringify(whole)}\n`;
  const template = parseTemplate(format);
  return all.map((each) => `${render(template, each)}\n`).join('');
}
