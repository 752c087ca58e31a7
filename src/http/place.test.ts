import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairleadError } from '../base/error.js';
import { isLoopback, parsePlace, parseTcpPlace, printPlace } from './place.js';

it('reads places as users write them', () => {
  expect(parsePlace('tcp://0.0.0.0:2385')).toEqual({ host: '0.0.0.0', port: 2385 });
  expect(parsePlace('tcp://[::1]:80')).toEqual({ host: '::1', port: 80 });
  expect(parsePlace('tcp://localhost:0')).toEqual({ host: 'localhost', port: 0 });
  for (const text of ['/run/x.sock', 'unix:///run/x.sock']) expect(parsePlace(text)).toEqual({ path: '/run/x.sock' });
});

it('refuses all else', () => {
  for (const text of ['', 'x', 'tcp://', 'tcp://a', 'tcp://a:', 'tcp://a:65536', 'tcp://a:b', 'http://a:1', 'tcp://::1:80', 'unix://x', 'tcp://a:1/']) {
    expect(() => parsePlace(text)).toThrow(expect.objectContaining({ code: 'listen-invalid', mend: 'tcp://HOST:PORT, or the path of a socket' }));
  }
});

it('says what it takes where that is a port alone', () => {
  expect(parseTcpPlace('[::1]:9385')).toEqual({ host: '::1', port: 9385 });
  for (const text of ['foo', ':9385', '9385', 'tcp://a:1', '/run/x.sock', '::1:9385', 'a:65536'])
    expect(() => parseTcpPlace(text)).toThrow(
      expect.objectContaining({ message: `"${text}" is no place to listen at`, mend: 'HOST:PORT, such as 127.0.0.1:9385 or [::1]:9385' }),
    );
});

it('prints what it reads, and throws nothing else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webAuthority().map((at) => `tcp://${at}`),
      ),
      (text) => {
        try {
          const place = parsePlace(text);
          expect(parsePlace(printPlace(place))).toEqual(place);
        } catch (error) {
          expect(FairleadError.is(error)).toBe(true);
        }
      },
    ),
  );
});

it('knows what this machine alone can reach', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'example'].some(isLoopback)).toBe(false);
});
