import { join } from 'node:path';
import { createFairlead } from '../../index.js';
import { collect } from '../../base/steps.js';
import { PORT } from './probe.js';
import { BRIEF, PATIENT, type Prober, startProbe } from './prober.js';
import { Show } from './show.js';
import { HOST, OUTSIDE, setStage, snapshot } from './stage.js';

const PUBLISHED = 8080;

/** Plays the main job in the namespace of this process, line by line. Answers 0 when everything was as it should be, else 2. */
export async function play(place: string): Promise<number> {
  const show = new Show();
  show.title('Fairlead: two networks, three sandboxes, in namespaces of their own; nothing on this machine is changed');
  const { outside } = await setStage(place);
  const before = await snapshot(place);
  const probes: Prober[] = [];
  const probe = async (path: string) => {
    const started = await startProbe(path);
    probes.push(started);
    return started;
  };
  const fairlead = await createFairlead({ state: join(place, 'state'), run: join(place, 'run') });
  try {
    await show.timed('network web 10.64.0.0/24 and fd64::/64, and db 10.65.0.0/24, internal', async () => {
      await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
      await fairlead.networks.create({ name: 'db', internal: true, ipam: { config: [{ subnet: '10.65.0.0/24' }] } });
    });
    const [a, b, c] = [
      await show.timed('sandbox a on web', () =>
        fairlead.sandboxes.create({ name: 'a', networks: [{ network: 'web', ip: '10.64.0.2', ip6: 'fd64::2', aliases: ['front'] }] }),
      ),
      await show.timed('sandbox b on web and on db', () =>
        fairlead.sandboxes.create({
          name: 'b',
          networks: [
            { network: 'web', ip: '10.64.0.3', ip6: 'fd64::3' },
            { network: 'db', ip: '10.65.0.3' },
          ],
        }),
      ),
      await show.timed('sandbox c on db', () => fairlead.sandboxes.create({ name: 'c', networks: [{ network: 'db', ip: '10.65.0.4' }] })),
    ];
    const [inA, inB, inC] = [await probe(a.key), await probe(b.key), await probe(c.key)];
    const [inOutside, onHost] = [await probe(outside), await probe('/proc/self/ns/net')];
    show.title('What should flow flows, and nothing else does');
    show.arrives('a → b   on the same network, IPv4', await inA.visit('10.64.0.3'), '10.64.0.2');
    show.arrives('a → b   on the same network, IPv6', await inA.visit('fd64::3'), 'fd64::2');
    show.arrives('a → b   on the same network, UDP', await inA.visit('10.64.0.3', 'udp'), '10.64.0.2');
    show.arrives('b → c   on the other network that b is on', await inB.visit('10.65.0.4'), '10.65.0.3');
    show.stopped('a → c   on another network', await inA.visit('10.65.0.4', 'tcp', BRIEF));
    show.stopped('a → b   by its address on another network', await inA.visit('10.65.0.3', 'tcp', BRIEF));
    show.arrives(`a → ${OUTSIDE}   the outside, behind the host's address`, await inA.visit(OUTSIDE), HOST);
    show.stopped(`c → ${OUTSIDE}   the outside, from an internal network`, await inC.visit(OUTSIDE, 'tcp', BRIEF));
    show.title('Names, asked at 127.0.0.11 in each sandbox');
    show.found('a asks for b', await inA.visit('b', 'dns'), '10.64.0.3');
    show.found("b asks for front, a's alias on web", await inB.visit('front', 'dns'), '10.64.0.2');
    show.found('c asks for b, which has another address on db', await inC.visit('b', 'dns'), '10.65.0.3');
    show.stopped('c asks for a, which is on another network', await inC.visit('a', 'dns', BRIEF), 'there is no such name');
    show.title(`Ports, by the host's addresses: -p ${PUBLISHED}:${PORT} of b`);
    const ports = [{ hostPort: PUBLISHED, port: PORT }];
    await show.timed('published on b, which runs already', () => fairlead.sandboxes.update('b', { ports: { add: ports } }));
    const published = (from: Prober, to: string) => from.visit(to, 'tcp', PATIENT, PUBLISHED);
    show.arrives(`outside → ${HOST}:${PUBLISHED}   b sees who calls`, await published(inOutside, HOST), OUTSIDE);
    show.arrives(`host → ${HOST}:${PUBLISHED}`, await published(onHost, HOST), HOST);
    show.arrives(`host → 127.0.0.1:${PUBLISHED}   as the gateway of b's network`, await published(onHost, '127.0.0.1'), '10.64.0.1');
    await show.refused('the same port for c', 'port-claimed', () => fairlead.sandboxes.update('c', { ports: { add: ports } }));
    show.title('What it built for a, as you would have typed it: fairlead explain a');
    show.lines((await fairlead.explain('a')).commands);
    show.title('And what it looks after');
    // It names the stage as well, which is another instance's.
    const findings = (await fairlead.doctor()).filter(({ code }) => code !== 'instance-other');
    show.check('doctor: records and kernel agree', findings.length === 0);
    await collect(probes.splice(0).map((each) => async () => each[Symbol.asyncDispose]()));
    await show.timed('all removed again, links and addresses free', async () => {
      await Promise.all(['a', 'b', 'c'].map((name) => fairlead.sandboxes.remove(name)));
      await Promise.all(['web', 'db'].map((name) => fairlead.networks.remove(name)));
      await fairlead.settled();
    });
  } finally {
    await collect(probes.map((each) => async () => each[Symbol.asyncDispose]()));
    await fairlead[Symbol.asyncDispose]();
  }
  const after = await snapshot(place);
  show.check('links, addresses and routes before and after are equal', before === after);
  return show.end();
}
