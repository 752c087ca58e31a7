import { describe, expect, it } from 'vitest';
import type { AdmissionResource } from '../../../src/resource/resource.js';
import { create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';
import { table } from './shapes.js';
import { told } from './told.js';

const into = (oif: string, family: AdmissionResource['family'] = 'ip'): AdmissionResource => ({ kind: 'admission', in: 'host', family, oif });
const out = (iif: string, oif: string): AdmissionResource => ({ ...into(oif), iif });

export function admissionsConform(open: Open): void {
  describe("rules in Docker's chain", () => {
    const shared = sharedHost(open);

    it('need the chain', async () => {
      const { kernel } = shared;
      expect(await kernel.was([into('br1'), into('br1', 'ip6')])).toEqual([null, null]);
      await expectRefused(kernel, create(into('br1')), 'kernel-absent');
      await settle(kernel, [remove(into('br1'))]);
    });

    it('are made, read, looked at and deleted, each for itself', async () => {
      const { kernel, host } = shared;
      await host.disturb.makeDockerUser('ip');
      expect(await kernel.was([into('br1'), into('br1', 'ip6')])).toEqual([{}, null]);
      const all = [into('br1'), out('br1', 'eth0'), into('br2')];
      await make(kernel, [table, ...all]);
      await expectRead(kernel, [table, ...all]);
      expect(await kernel.look([into('br2')])).toContainEqual(into('br2'));
      await expectRefused(kernel, create(into('br1')), 'kernel-exists');
      await settle(kernel, [remove(into('br1')), remove(into('br1'))]);
      await expectRead(kernel, [table, out('br1', 'eth0'), into('br2')]);
      await expect(kernel.apply([create(into('br3')), create(into('br4', 'ip6'))])).rejects.toMatchObject({ code: 'kernel-absent' });
      await expectRead(kernel, [table, out('br1', 'eth0'), into('br2')]);
    });

    it('go with the chain, and are made again where there is one', async () => {
      const { kernel, host } = shared;
      await host.disturb.makeDockerUser('ip6');
      await settle(kernel, [create(into('br1', 'ip6'))]);
      await host.disturb.flushRuleset();
      await expectRead(kernel, []);
      expect(await kernel.was([into('br1', 'ip6')])).toEqual([null]);
      await host.disturb.makeDockerUser('ip6');
      await settle(kernel, [create(into('br1', 'ip6'))]);
      await expectRead(kernel, [into('br1', 'ip6')]);
    });

    it('are touched where the host sends by another link, or by one of another name or address', async () => {
      const { kernel, host } = shared;
      const chain = 'admission host DOCKER-USER';
      await host.disturb.makeDockerUser('ip');
      for (const name of ['way0', 'way1']) await host.disturb.addLink(name, 'ifb');
      await make(kernel, [table, out('br1', 'way0')]);
      await told(kernel, chain, () => host.disturb.sendBy('way0'));
      await told(kernel, chain, () => host.disturb.sendBy('way1'));
      await told(kernel, chain, () => host.disturb.rename('way1', 'way2'));
      await told(kernel, chain, () => host.disturb.addAddress('way2', '203.0.113.5/24'));
      await told(kernel, chain, () => host.disturb.deleteAddress('way2', '203.0.113.5/24'));
      for (const name of ['way0', 'way2']) await host.disturb.deleteLink(name);
    });
  });
}
