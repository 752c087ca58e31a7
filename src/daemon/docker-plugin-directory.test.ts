import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dockerPluginDirectory } from './docker-plugin-directory.js';

describe('where Docker finds the daemon', () => {
  it('is what was said, nowhere for none', () => {
    expect(dockerPluginDirectory('/run/docker/plugins', undefined)).toBe('/run/docker/plugins');
    expect(dockerPluginDirectory('/srv/plugins', '/run/other')).toBe('/srv/plugins');
    expect(dockerPluginDirectory('none', undefined)).toBeUndefined();
  });

  it('is where Docker looks, if it is there and the daemon has its usual places', () => {
    expect(dockerPluginDirectory(undefined, '/run/other')).toBeUndefined();
    expect(dockerPluginDirectory(undefined, undefined)).toBe(existsSync('/run/docker') ? '/run/docker/plugins' : undefined);
  });
});
