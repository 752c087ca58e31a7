import { describe, expect, it } from 'vitest';
import { failureOf } from './failure-of.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost, turn } from './host.js';
import { address, namespace, plugged, route, table, up, veth } from './shapes.js';

export function namespacesConform(open: Open): void {
  describe('namespaces', () => {
    const shared = sharedHost(open);

    it('are made, read back and deleted', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a'), namespace('ns/b')]);
      await expectRead(kernel, [namespace('ns/a'), namespace('ns/b')]);
      await expectRead(kernel, [namespace('ns/b')], ['ns/b']);
      await settle(kernel, [remove(namespace('ns/a'))]);
      await expectRead(kernel, [namespace('ns/b')]);
    });

    it('begin with a loopback that is up, and with nothing else', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a')]);
      const { links, routes } = await kernel.survey('ns/a');
      expect(links).toMatchObject([{ name: 'lo', index: 1, up: true, ours: false, addresses: ['127.0.0.1/8', '::1/128'] }]);
      expect(routes).toEqual([]);
    });

    it('tell of a loopback that somebody took down, and get it back', async () => {
      const { kernel } = shared;
      const silent = { ...namespace('ns/a'), silent: true } as const;
      const all = [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', '10.1.0.2/24')];
      await make(kernel, all);
      const cookie = await kernel.cookie(kernel.pathOf('ns/a'));
      await settle(kernel, [remove(up('ns/a', 'lo'))]);
      await expectRead(kernel, [silent, ...all.slice(1)]);
      expect((await kernel.look([namespace('ns/a')])).filter(({ kind }) => kind === 'namespace')).toEqual([silent]);
      await turn(kernel, [silent], [namespace('ns/a')]);
      await expectRead(kernel, all);
      expect((await kernel.survey('ns/a')).links[0]).toMatchObject({ name: 'lo', up: true, addresses: ['127.0.0.1/8', '::1/128'] });
      expect(await kernel.cookie(kernel.pathOf('ns/a'))).toBe(cookie);
    });

    it('cannot be made twice under one name', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a')]);
      await expectRefused(kernel, create(namespace('ns/a')), 'kernel-exists');
    });

    it('have a cookie each, that does not come back with the name', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a'), namespace('ns/b')]);
      const cookies = [await kernel.cookie(kernel.pathOf('host')), await kernel.cookie(kernel.pathOf('ns/a')), await kernel.cookie(kernel.pathOf('ns/b'))];
      expect(cookies).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
      expect(await kernel.cookie(kernel.pathOf('ns/a'))).toBe(cookies[1]);
      await settle(kernel, [remove(namespace('ns/a'))]);
      await make(kernel, [namespace('ns/a')]);
      expect(new Set([...cookies, await kernel.cookie(kernel.pathOf('ns/a'))]).size).toBe(4);
    });

    it('have no cookie once they are gone', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a')]);
      await settle(kernel, [remove(namespace('ns/a'))]);
      expect(await failureOf(kernel.cookie(kernel.pathOf('ns/a')))).toMatchObject({ code: 'namespace-invalid', values: { path: kernel.pathOf('ns/a') } });
    });

    it('take everything inside with them, and the ends that the host has of it', async () => {
      const { kernel } = shared;
      const all = [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', '10.1.0.2/24'), address('host', 'fla', '10.1.0.1/24')];
      await make(kernel, [...all, route('host', '10.2.0.0/24', 'fla', { via: '10.1.0.2' })]);
      await settle(kernel, [remove(namespace('ns/a'))]);
      await expectRead(kernel, []);
      expect((await kernel.survey('host')).links.map(({ name }) => name)).not.toContain('fla');
    });

    it('are there for who comes back', async () => {
      const all = [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', '10.1.0.2/24')];
      await make(shared.kernel, all);
      const cookie = await shared.kernel.cookie(shared.kernel.pathOf('ns/a'));
      const kernel = await shared.host.reopen();
      await expectRead(kernel, all);
      expect(await kernel.cookie(kernel.pathOf('ns/a'))).toBe(cookie);
    });

    it('are told from those of others by whoever looks, also after a restart', async () => {
      await make(shared.kernel, [namespace('ns/a'), namespace('ns/b')]);
      const kernel = await shared.host.reopen();
      expect(await kernel.visit(kernel.pathOf('ns/b'))).toMatchObject({ made: 'ns/b' });
      await make(kernel, [namespace('ns/c')]);
      expect(await kernel.visit(kernel.pathOf('ns/c'))).toMatchObject({ made: 'ns/c' });
      expect(await kernel.visit(kernel.pathOf('host'))).not.toHaveProperty('made');
    });
  });

  describe('adopted namespaces', () => {
    const shared = sharedHost(open);
    const stranger = async () => {
      const { path, release } = await shared.host.adoptable();
      return { path, cookie: await shared.kernel.cookie(path), release };
    };

    it('are the ones that somebody else made', async () => {
      const { kernel } = shared;
      const { release, ...theirs } = await stranger();
      await make(kernel, [namespace('ns/a', theirs)]);
      await expectRead(kernel, [namespace('ns/a', theirs)]);
      expect(await kernel.cookie(kernel.pathOf('ns/a'))).toBe(await kernel.cookie(theirs.path));
      await settle(kernel, [remove(namespace('ns/a', theirs))]);
      await release();
    });

    it('stay when ours is deleted, and what was ours inside is gone', async () => {
      const { kernel } = shared;
      const { release, ...theirs } = await stranger();
      const [, link, hostUp, insideUp] = plugged('ns/a', 'fla');
      const all = [namespace('ns/a', theirs), link, hostUp, insideUp, address('ns/a', 'eth0', '10.1.0.2/24')];
      const cookie = await kernel.cookie(theirs.path);
      await make(kernel, all);
      await expectRead(kernel, all);
      await turn(kernel, all, []);
      await expectRead(kernel, []);
      expect(await kernel.cookie(theirs.path)).toBe(cookie);
      await make(kernel, [namespace('ns/again', theirs)]);
      expect((await kernel.survey('ns/again')).links.map(({ name }) => name)).toEqual(['lo']);
      await settle(kernel, [remove(namespace('ns/again', theirs))]);
      await release();
    });

    it('are visited before, and what of ours is leaving them is gone by then', async () => {
      const { kernel } = shared;
      const { path, leadOut, release } = await shared.host.adoptable();
      const cookie = await kernel.cookie(path);
      const all = [namespace('ns/a', { path, cookie }), ...plugged('ns/a', 'fla').slice(1)];
      await make(kernel, all);
      expect(await kernel.visit(path)).toEqual({ cookie, links: ['lo', 'eth0'], ways: [] });
      await kernel.apply(all.toReversed().map(remove));
      expect(await kernel.visit(path)).toEqual({ cookie, links: ['lo'], ways: [] });
      await leadOut();
      expect(await kernel.visit(path)).toEqual({ cookie, links: expect.arrayContaining(['lo']), ways: [4] });
      expect(await failureOf(kernel.visit('/nonexistent/net'))).toMatchObject({ code: 'namespace-invalid' });
      await release();
    });

    it('are no others than they were', async () => {
      const { kernel } = shared;
      const [{ release, ...theirs }, other] = [await stranger(), await stranger()];
      const reused = namespace('ns/a', { ...theirs, cookie: other.cookie });
      expect(await failureOf(kernel.apply([create(table), create(reused)]))).toMatchObject({ code: 'namespace-invalid', values: { path: theirs.path } });
      await expectRead(kernel, []);
      await make(kernel, [namespace('ns/a', theirs)]);
      // What is there is told as it is; made anew, it is what it was to be or nothing.
      expect(await failureOf(kernel.apply([change(namespace('ns/a', theirs), reused)]))).toMatchObject({ code: 'namespace-invalid' });
      expect((await kernel.read()).filter((each) => each.kind === 'namespace' && each.adopted?.cookie !== theirs.cookie)).toEqual([]);
      await Promise.all([release(), other.release()]);
    });

    it('keep what is ours inside when they are adopted once more and that is refused', async () => {
      const { kernel } = shared;
      const { release, ...theirs } = await stranger();
      const all = [namespace('ns/a', theirs), ...plugged('ns/a', 'fla').slice(1)];
      await make(kernel, all);
      const again = [namespace('ns/b', theirs), ...plugged('ns/b', 'flb').slice(1)];
      expect(await failureOf(kernel.apply(again.map(create)))).toMatchObject({ code: 'kernel-exists' });
      await expectRead(kernel, all);
      await turn(kernel, all, []);
      await release();
    });

    it('must be network namespaces', async () => {
      const { kernel } = shared;
      const cookie = '1';
      for (const path of ['/nonexistent/net', '/proc/self/status', '/proc/self/ns/uts']) {
        expect(await failureOf(kernel.apply([create(table), create(namespace('ns/a', { path, cookie }))])), path).toMatchObject({
          code: 'namespace-invalid',
          values: { path },
        });
        expect(await failureOf(kernel.cookie(path)), path).toMatchObject({ code: 'namespace-invalid', values: { path } });
        await expectRead(kernel, []);
      }
    });

    it('are not the host', async () => {
      const { kernel } = shared;
      const path = kernel.pathOf('host');
      const cookie = await kernel.cookie(path);
      expect(await failureOf(kernel.apply([create(namespace('ns/a', { path, cookie }))]))).toMatchObject({ code: 'namespace-invalid', values: { path } });
      await expectRead(kernel, []);
    });

    it('are there for who comes back', async () => {
      const { release, ...theirs } = await stranger();
      const all = [namespace('ns/a', theirs), veth('fla', { in: 'ns/a', name: 'eth0' }), up('ns/a', 'eth0')];
      await make(shared.kernel, all);
      const kernel = await shared.host.reopen();
      await expectRead(kernel, all);
      await turn(kernel, all, []);
      await release();
    });
  });

  describe('what needs a namespace', () => {
    const shared = sharedHost(open);

    it('is refused where there is none', async () => {
      const { kernel } = shared;
      await expectRefused(kernel, create(up('ns/none', 'lo')), 'kernel-absent');
      await expectRefused(kernel, create(address('ns/none', 'lo', '10.0.0.1/32')), 'kernel-absent');
      await expectRefused(kernel, create(veth('fla', { in: 'ns/none', name: 'eth0' })), 'kernel-absent');
      await expectRefused(
        kernel,
        change(veth('fla', { in: 'ns/none', name: 'eth0' }), veth('fla', { in: 'ns/none', name: 'eth0' }, { mtu: 1400 })),
        'kernel-absent',
      );
    });

    it('is deleted already where there is none', async () => {
      const { kernel } = shared;
      await settle(kernel, [remove(namespace('ns/none'))]);
      await settle(kernel, [
        remove(up('ns/none', 'eth0')),
        remove(address('ns/none', 'eth0', '10.0.0.1/32')),
        remove(route('ns/none', 'default', 'eth0', { via: '10.0.0.1' })),
      ]);
      await expectRead(kernel, []);
    });
  });
}
