import { failure } from '../../base/error.js';

/** A value in a template: a path of fields (`.IPAM.Driver`; none for `.`), or a literal. */
export type Operand = { readonly path: readonly string[] } | { readonly literal: string | number };

/** One call of a pipeline: a function and its arguments, or an operand alone. */
export interface Step {
  readonly call?: FunctionName;
  readonly operands: readonly Operand[];
}

/** A template, parsed. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly pipeline: readonly Step[] }
  | { readonly kind: 'range' | 'if'; readonly pipeline: readonly Step[]; readonly then: readonly Node[]; readonly otherwise: readonly Node[] };

const FUNCTIONS = ['json', 'index', 'len', 'upper', 'lower', 'join'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

type Token = { readonly text: string } | { readonly action: string };

interface Frame {
  readonly kind: 'range' | 'if';
  readonly pipeline: readonly Step[];
  readonly then: Node[];
  otherwise: Node[] | undefined;
}

/**
 * Parses the part of Go's text/template that `--format` is used with: fields, `json`, `index`, `len`, `upper`, `lower`,
 * `join`, pipes, `range`, `if`, `else`, `end` and trim marks. Throws `value-invalid`.
 */
export function parseTemplate(source: string): readonly Node[] {
  const root: Node[] = [];
  const frames: Frame[] = [];
  const here = () => {
    const frame = frames.at(-1);
    return frame ? (frame.otherwise ?? frame.then) : root;
  };
  for (const token of tokens(source)) {
    if ('text' in token) here().push({ kind: 'text', text: token.text });
    else {
      const [, word = '', rest = ''] = /^(range|if|else|end)(?:\s+(.*))?$/s.exec(token.action) ?? [];
      if (word === 'range' || word === 'if') frames.push({ kind: word, pipeline: parsePipeline(rest, source), then: [], otherwise: undefined });
      else if (word === '') here().push({ kind: 'value', pipeline: parsePipeline(token.action, source) });
      else if (rest !== '') throw wrong(source, `{{${token.action}}}`);
      else if (word === 'else') startElse(frames.at(-1), source);
      else {
        const { kind, pipeline, then, otherwise = [] } = frames.pop() ?? dangling(source, 'end');
        here().push({ kind, pipeline, then, otherwise });
      }
    }
  }
  if (frames.length > 0) throw wrong(source, `{{${frames.at(-1)?.kind ?? ''} …}} without {{end}}`);
  return root;
}

function startElse(frame: Frame | undefined, source: string): void {
  if (!frame || frame.otherwise) dangling(source, 'else');
  else frame.otherwise = [];
}

function dangling(source: string, word: string): never {
  throw wrong(source, `{{${word}}} that belongs to nothing`);
}

// Shells hand `\t` and `\n` over as two characters; Docker makes them a tab and a line end, outside of actions and inside.
function tokens(source: string): readonly Token[] {
  const text = source.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  const found: Token[] = [];
  let trim = false;
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const literal = text.slice(at, open < 0 ? text.length : open);
    const left = trim ? literal.trimStart() : literal;
    if (open < 0) {
      found.push({ text: left });
      return found;
    }
    const close = text.indexOf('}}', open);
    if (close < 0) throw wrong(source, '{{ without }}');
    const inner = text.slice(open + 2, close);
    found.push({ text: /^-\s/.test(inner) ? left.trimEnd() : left });
    trim = /\s-$/.test(inner);
    const action = inner.replace(/^-\s/, '').replace(/\s-$/, '').trim();
    if (!/^\/\*.*\*\/$/s.test(action)) found.push({ action });
    at = close + 2;
  }
  return found;
}

function parsePipeline(text: string, source: string): readonly Step[] {
  const steps: Step[] = [];
  let current: string[] = [];
  for (const word of words(text, source)) {
    if (word !== '|') current.push(word);
    else {
      steps.push(parseStep(current, text, source));
      current = [];
    }
  }
  steps.push(parseStep(current, text, source));
  if (steps.slice(1).some((step) => step.call === undefined)) throw wrong(source, `{{${text}}}`);
  return steps;
}

function words(text: string, source: string): readonly string[] {
  const found = [...text.matchAll(/\s*("(?:[^"\\]|\\.)*"|\||[^\s|"]+)/gy)];
  if (found.reduce((length, [whole]) => length + whole.length, 0) !== text.trimEnd().length) throw wrong(source, `{{${text}}}`);
  return found.map(([, word = '']) => word);
}

function parseStep(given: readonly string[], text: string, source: string): Step {
  const [first, ...others] = given;
  const call = FUNCTIONS.find((name) => name === first);
  if (first === undefined || (!call && others.length > 0)) throw wrong(source, `{{${text}}}`);
  const operands = (call ? others : given).map((word) => parseOperand(word, text, source));
  return call ? { call, operands } : { operands };
}

function parseOperand(word: string, text: string, source: string): Operand {
  if (word === '.') return { path: [] };
  if (/^(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(word)) return { path: word.slice(1).split('.') };
  if (/^-?\d{1,9}$/.test(word)) return { literal: Number(word) };
  if (word.startsWith('"')) return { literal: unquote(word, source) };
  throw wrong(source, `{{${text}}}`);
}

function unquote(word: string, source: string): string {
  try {
    return JSON.parse(word.replaceAll('\t', '\\t').replaceAll('\n', '\\n')) as string;
  } catch (cause) {
    throw failure('value-invalid', { field: '--format', value: source, reason: `not understood at ${word}`, mend: 'write text as "…"' }, { cause });
  }
}

const wrong = (source: string, where: string) =>
  failure('value-invalid', {
    field: '--format',
    value: source,
    reason: `not understood at ${where}`,
    mend: `known: {{.Field}}, range, if, else, end, pipes and ${FUNCTIONS.join(', ')}`,
  });
