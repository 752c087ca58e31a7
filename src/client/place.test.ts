import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parsePlace } from './place.js';

const pem = (name: string) => fileURLToPath(new URL(`../../test/tool/tls/${name}`, import.meta.url));

afterEach(() => vi.unstubAllEnvs());

describe('parsePlace', () => {
  it('takes sockets and loopback ports', () => {
    expect(parsePlace('unix:///tmp/a b.sock')).toEqual({ name: '/tmp/a b.sock', socketPath: '/tmp/a b.sock' });
    expect(parsePlace('http://127.0.0.1:8080')).toEqual({ name: 'http://127.0.0.1:8080', host: '127.0.0.1', port: 8080 });
    expect(parsePlace('http://[::1]:8080/')).toMatchObject({ host: '::1', port: 8080 });
    expect(parsePlace('http://localhost')).toMatchObject({ port: 80 });
  });

  it('takes FAIRLEAD_HOST, then the usual place', () => {
    vi.stubEnv('FAIRLEAD_HOST', 'unix:///elsewhere.sock');
    expect(parsePlace().name).toBe('/elsewhere.sock');
    vi.stubEnv('FAIRLEAD_HOST', '');
    expect(parsePlace().name).toBe('/run/fairlead/fairlead.sock');
  });

  it('refuses a socket that the kernel would not take whole', () => {
    expect(parsePlace(`unix:///${'x'.repeat(106)}`).name).toHaveLength(107);
    expect(() => parsePlace(`unix:///${'ä'.repeat(54)}`)).toThrow(
      expect.objectContaining({ code: 'socket-path-long', values: { path: `/${'ä'.repeat(54)}`, bytes: 109, limit: 107 } }),
    );
  });

  it.each(['', 'unix://relative', '/run/x.sock', 'ftp://a', 'tcp://a:1', 'http://a/path', 'http://u@a', 'http://a?x', 'http://'])('refuses %j', (text) => {
    expect(() => parsePlace(text)).toThrow(
      expect.objectContaining({ code: 'usage-invalid', mend: 'how to use it: unix:///PATH, http://ADDRESS:PORT or https://ADDRESS:PORT' }),
    );
  });

  it('takes a port with TLS, whose files the environment names', () => {
    const files = { FAIRLEAD_TLS_CERT: pem('client.pem'), FAIRLEAD_TLS_KEY: pem('client.key'), FAIRLEAD_TLS_CA: pem('ca.pem') };
    expect(parsePlace('https://127.0.0.1:9', files)).toMatchObject({
      port: 9,
      tls: { cert: expect.stringContaining('CERTIFICATE'), key: expect.stringContaining('KEY') },
    });
    expect(parsePlace('https://a', files)).toMatchObject({ port: 443 });
    expect(() => parsePlace('https://a', { ...files, FAIRLEAD_TLS_CA: '' })).toThrow(expect.objectContaining({ code: 'tls-incomplete' }));
    expect(() => parsePlace('https://a', { ...files, FAIRLEAD_TLS_CA: '/nowhere' })).toThrow(
      expect.objectContaining({ code: 'tls-unreadable', values: { path: '/nowhere', reason: 'ENOENT' } }),
    );
  });

  it('knows a path for what it is', () => {
    expect(() => parsePlace('/run/x.sock')).toThrow('"/run/x.sock" names no daemon; did you mean unix:///run/x.sock?');
  });
});
