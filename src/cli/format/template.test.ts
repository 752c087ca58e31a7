import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { documents } from './documents.js';
import { checkFields, render } from './render.js';
import { parseTemplate } from './template.js';

const network = {
  Name: 'web',
  Internal: false,
  Labels: { tier: 'front', 'a.b': 'c' },
  IPAM: { Driver: 'default', Config: [{ Subnet: '10.0.0.0/24' }, { Subnet: 'fd00::/64' }] },
  Containers: { b: { Name: 'two' }, a: { Name: 'one' } },
  Empty: {},
};

const fill = (text: string): string => render(parseTemplate(text), network);

describe('templates', () => {
  it.each([
    ['plain', 'plain'],
    ['{{.Name}}', 'web'],
    ['{{ .Name }}\\t{{.IPAM.Driver}}\\n', 'web\tdefault\n'],
    ['{{json .Labels}}', '{"tier":"front","a.b":"c"}'],
    ['{{.Labels | json}}', '{"tier":"front","a.b":"c"}'],
    ['{{index .Labels "a.b"}}', 'c'],
    ['{{(index .IPAM.Config 0).Subnet}}', undefined],
    ['{{index .IPAM.Config 1 "Subnet"}}', 'fd00::/64'],
    ['{{.Labels}}', 'map[a.b:c tier:front]'],
    ['{{.Internal}} {{.Labels.none}}', 'false <no value>'],
    ['{{range .IPAM.Config}}{{.Subnet}} {{end}}', '10.0.0.0/24 fd00::/64 '],
    ['{{range .Containers}}[{{.Name}}]{{end}}', '[one][two]'],
    ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
    ['{{if .Internal}}in{{else}}out{{end}} {{if .Labels}}labels{{end}}', 'out labels'],
    ['{{len .Containers}} {{.Name | upper | lower}} {{len .Name}}', '2 web 3'],
    ['a {{- .Name -}} b', 'awebb'],
    ['{{/* nothing */}}x', 'x'],
    ['{{"}"}} {{7}}', '} 7'],
  ])('%s', (text, filled) => {
    if (filled === undefined) expect(() => fill(text)).toThrow('not understood');
    else expect(fill(text)).toBe(filled);
  });

  it.each([
    '{{.Name',
    '{{}}',
    '{{end}}',
    '{{else}}',
    '{{range .Labels}}',
    '{{if}}x{{end}}',
    '{{.Name .Name}}',
    '{{unknown .Name}}',
    '{{.Name | .Name}}',
    '{{$x}}',
    '{{if .Name}}{{else}}{{else}}{{end}}',
    '{{"\\x"}}',
  ])('refuses %s with its place', (text) => {
    expect(() => fill(text)).toThrow(/^--format: ".*" is not understood at /s);
  });

  it('names the field that is meant', () => {
    expect(() => fill('{{.Nmae}}')).toThrow('is no field here; did you mean Name?');
    expect(() => fill('{{.constructor}}')).toThrow('is no field here');
  });

  it.each([
    '{{.Nmae}}',
    '{{if .Nmae}}x{{end}}',
    '{{if false0}}{{end}}{{.Nmae}}',
    '{{if .Name}}{{else}}{{.Nmae}}{{end}}',
    '{{range .Name}}{{else}}{{.Nmae}}{{end}}',
  ])('has fields that can be looked at before there is anything: %s', (text) =>
    expect(() => checkFields(parseTemplate(text.replace('false0', '0')), { Name: '' })).toThrow('is no field here; did you mean Name?'),
  );

  it.each(['{{.Name.Other}}', '{{range .Name}}{{.Nmae}}{{end}}', '{{.}}', '{{json .}} {{"x"}}'])('cannot tell before of %s', (text) => {
    expect(() => checkFields(parseTemplate(text), { Name: '' })).not.toThrow();
  });

  it('answers any text, or one of our errors', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('{{', '}}', '.Name', 'range ', 'if ', 'end', 'else', '|', '"', '-', ' ', 'json '));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          fill(parts.join(''));
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('value-invalid');
        }
      }),
    );
  });

  it('fills each document on a line of its own', () => {
    expect(documents('{{.Name}}', [{ Name: 'a' }, { Name: 'b' }])).toBe('a\nb\n');
    expect(documents('json', [{ Name: 'a' }])).toBe('[{"Name":"a"}]\n');
    expect(documents(undefined, [])).toBe('[]\n');
    expect(documents('json', [{ Name: 'a' }], 'single')).toBe('{"Name":"a"}\n');
  });
});
