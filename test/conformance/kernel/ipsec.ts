import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../src/ip/types.js';
import type { Kernel } from '../../../src/kernel/kernel.js';
import { commands } from '../../../src/resource/commands.js';
import type { PolicyResource, TransformResource } from '../../../src/resource/resource.js';
import { create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';

const KEY = '000102030405060708090a0b0c0d0e0f10111213';
const policy = (family: 4 | 6, direction: 'in' | 'out', port = 14_789): PolicyResource => ({ kind: 'policy', in: 'host', family, direction, port });
const transform = (direction: 'in' | 'out', from: string, to: string, spi: number, key = KEY): TransformResource => ({
  kind: 'transform',
  in: 'host',
  direction,
  from: from as Ip,
  to: to as Ip,
  spi,
  key,
});

// Where a kernel has no ESP it says so, with the way out; that is seen and the rest left out.
async function hasEsp(kernel: Kernel, one: TransformResource): Promise<boolean> {
  try {
    await settle(kernel, [create(one)]);
    await settle(kernel, [remove(one)]);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'kernel-lacks', values: { mend: expect.stringMatching(/modprobe .*esp[46].*CONFIG_INET6?_ESP/) } });
    await expectRefused(kernel, create(one), 'kernel-lacks');
    return false;
  }
}

export function ipsecConforms(open: Open): void {
  describe('IPsec', () => {
    const shared = sharedHost(open);

    it('has policies of both families and directions, each once, read as they were asked for', async () => {
      const { kernel } = shared;
      const all = [policy(4, 'out'), policy(4, 'in'), policy(6, 'out'), policy(6, 'in')];
      await make(kernel, all);
      await expectRead(kernel, all);
      expect(await kernel.look([policy(4, 'in')])).toContainEqual(policy(4, 'in'));
      await expectRefused(kernel, create(policy(4, 'in')), 'kernel-exists');
      await settle(kernel, [create(policy(4, 'out', 14_790)), remove(policy(4, 'out'))]);
      await expectRead(kernel, [...all.slice(1), policy(4, 'out', 14_790)]);
      await settle(kernel, [remove(policy(4, 'out')), remove(policy(6, 'in'))]);
    });

    it('makes a policy again at once that has just gone', async () => {
      const { kernel } = shared;
      await make(kernel, [policy(4, 'out')]);
      await kernel.apply([remove(policy(4, 'out'))]);
      await kernel.apply([create(policy(4, 'out'))]);
      await expectRead(kernel, [policy(4, 'out')]);
    });

    it.each([
      { family: 4, here: '192.0.2.1', there: '192.0.2.2' },
      { family: 6, here: '2001:db8::1', there: '2001:db8::2' },
    ])('has transforms between hosts by IPv$family, known by receiver and SPI', async ({ here, there }) => {
      const { kernel } = shared;
      const [out, back] = [transform('out', here, there, 0x1234), transform('in', there, here, 0xffff_fffe)];
      if (!(await hasEsp(kernel, out))) return;
      await make(kernel, [out, back]);
      await expectRead(kernel, [out, back]);
      await expectRefused(kernel, create(out), 'kernel-exists');
      const next = transform('out', here, there, 0x1235, KEY.replaceAll('0', 'f'));
      await settle(kernel, [create(next), remove(out)]);
      await expectRead(kernel, [next, back]);
      await settle(kernel, [remove(out)]);
    });

    it('is typed without a key', () => {
      const typed = commands([
        create(transform('out', '192.0.2.1', '192.0.2.2', 0x1234)),
        remove(transform('in', '192.0.2.2', '192.0.2.1', 7)),
        create(policy(6, 'in')),
      ]);
      expect(typed.join('\n')).toMatchInlineSnapshot(`
        "ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x00001234 reqid 262217389 mode transport flag esn replay-window 1024 aead 'rfc4106(gcm(aes))' "$KEY" 128
        ip xfrm state delete src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x00000007
        ip xfrm policy add src ::/0 dst ::/0 proto udp dport 14789 dir in tmpl proto esp mode transport reqid 262217390"
      `);
      expect(typed.join(' ')).not.toContain(KEY);
    });
  });
}
