import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import type { AttachAsk } from '../../model/asks.js';
import { parseAttach } from './attach.js';

const wrong = (text: string): string => {
  try {
    parseAttach(text);
  } catch (error) {
    if (FairleadError.is(error)) return `${error.message} | ${error.mend}`;
    throw error;
  }
  throw new Error(`${text} was taken`);
};

describe('parseAttach', () => {
  it.each<[string, AttachAsk]>([
    ['web', { network: 'web' }],
    ['web,ip=10.0.0.9,alias=db', { network: 'web', ip: '10.0.0.9', aliases: ['db'] }],
    ['name=web,ip=10.0.0.9', { network: 'web', ip: '10.0.0.9' }],
    ['ip=10.0.0.9,name=web', { network: 'web', ip: '10.0.0.9' }],
    ['web:ip=10.0.0.9,mac=02:42:0a:00:00:09', { network: 'web', ip: '10.0.0.9', mac: '02:42:0a:00:00:09' }],
    ['web,ip6=fd00::9', { network: 'web', ip6: 'fd00::9' }],
    ['web:ip6=fd00::9', { network: 'web', ip6: 'fd00::9' }],
    ['web,ip=10.0.0.9,ip6=fd00::9,ip=10.0.0.10,ip=10.0.0.11', { network: 'web', ip: ['10.0.0.9', '10.0.0.10', '10.0.0.11'], ip6: 'fd00::9' }],
    ['web,link-local-ip=169.254.0.9,link-local-ip=fe80::9', { network: 'web', linkLocalIps: ['169.254.0.9', 'fe80::9'] }],
    ['web,alias=a,alias=b', { network: 'web', aliases: ['a', 'b'] }],
    ['web,gw-priority=-5', { network: 'web', gatewayPriority: -5 }],
    ['web,ifname=eth7,driver-opt=a=1,driver-opt=b=x=y', { network: 'web', interfaceName: 'eth7', options: { a: '1', b: 'x=y' } }],
    ['web,kind=tap,driver-opt=a=1', { network: 'web', options: { 'com.fairlead.endpoint.kind': 'tap', a: '1' } }],
    ['web,"driver-opt=a=1,2",ip=10.0.0.9', { network: 'web', ip: '10.0.0.9', options: { a: '1,2' } }],
    ['name=web,"driver-opt=a=""x"",y"', { network: 'web', options: { a: '"x",y' } }],
    ['web:"driver-opt=a=1,2"', { network: 'web', options: { a: '1,2' } }],
    ['web,rate-in=10mbit,rate-out=none,burst=32kb', { network: 'web', rates: { in: 10_000_000, out: 'none', burst: 32_768 } }],
    ['web,mac-address=02:00:00:00:00:01', { network: 'web', mac: '02:00:00:00:00:01' }],
    ['web:interface_name=eth7', { network: 'web', interfaceName: 'eth7' }],
  ])('%s', (text, ask) => {
    expect(parseAttach(text)).toEqual(ask);
  });

  it.each([
    ['', '--network: "" is no network: its name is missing'],
    [',ip=1', 'its name is missing'],
    ['ip=10.0.0.9', 'its name is missing'],
    ['name=', 'name has no value'],
    ['web,ipp=10.0.0.9', 'there is no key "ipp"; did you mean ip?'],
    ['web,link-local=169.254.0.9', 'there is no key "link-local"; did you mean link-local-ip?'],
    ['web,mac=1,mac=2', 'mac is there twice'],
    ['web,constructor=1', 'there is no key "constructor"'],
    ['web,', 'not understood at ""'],
    ['web:', 'not understood at ""'],
    ['web,10.0.0.9', 'not understood at "10.0.0.9"'],
    ['web,ip=', 'ip has no value'],
    ['web,ifname=a,interface_name=b', 'interface_name is there twice'],
    ['name=a,name=b', 'name'],
    ['web,name=b', 'the network is named twice'],
    ['web,gw-priority=high', 'gw-priority=high is no whole number'],
    ['web,rate-in=10m', 'rate-in: "10m" is no rate'],
    ['web,rate-out=1mbit,rate-out=2mbit', 'rate-out is there twice'],
    ['web,burst=', 'burst has no value'],
    ['web,"driver-opt=a=1,2', 'there is no key ""driver-opt"; did you mean driver-opt?'],
    ['web,"ip=10.0.0.9"x', 'there is no key ""ip"'],
    ['web,"",ip=10.0.0.9', 'not understood at ""'],
    ['web,driver-opt=a', 'not understood at "driver-opt=a"'],
  ])('refuses %j', (text, part) => {
    expect(wrong(text)).toContain(part);
  });

  const word = fc.stringMatching(/^[a-z0-9.-]{1,12}$/);
  const asks = fc.record(
    {
      network: word,
      ip: word,
      ip6: fc.ipV6(),
      mac: word,
      interfaceName: word,
      gatewayPriority: fc.integer({ min: -1e6, max: 1e6 }),
      aliases: fc.array(word, { minLength: 1, maxLength: 3 }),
      links: fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 }),
      options: fc.dictionary(word, fc.stringMatching(/^[a-z0-9=:.]{0,9}$/), { minKeys: 1, maxKeys: 3 }),
    },
    { requiredKeys: ['network'] },
  );

  const pairsOf = (ask: AttachAsk): readonly string[] => [
    ...(ask.ip === undefined ? [] : [`ip=${ask.ip}`]),
    ...(ask.ip6 === undefined ? [] : [`ip6=${ask.ip6}`]),
    ...(ask.mac === undefined ? [] : [`mac=${ask.mac}`]),
    ...(ask.interfaceName === undefined ? [] : [`ifname=${ask.interfaceName}`]),
    ...(ask.gatewayPriority === undefined ? [] : [`gw-priority=${ask.gatewayPriority}`]),
    ...(ask.aliases ?? []).map((alias) => `alias=${alias}`),
    ...Object.entries(ask.links ?? {}).map(([alias, name]) => `link=${alias === name ? name : `${name}:${alias}`}`),
    ...Object.entries(ask.options ?? {}).map(([name, value]) => `driver-opt=${name}=${value}`),
  ];

  it('reads what was written, in all three manners', () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const pairs = pairsOf(ask);
        const podman = pairs.length > 0 ? `${ask.network}:${pairs.join(',')}` : ask.network;
        for (const text of [[ask.network, ...pairs].join(','), [...pairs, `name=${ask.network}`].join(','), podman]) expect(parseAttach(text)).toEqual(ask);
      }),
    );
  });

  it('answers any text, or one of our errors', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z,:=]{0,20}$/));
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(parseAttach(given).network).not.toBe('');
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('value-invalid');
        }
      }),
    );
  });
});
