// Sets links up in the namespace at a path and asks at once, on the very thread that did it, what the kernel has made of them: of so many
// pairs of veths with nobody waiting, then round by round of a bridge, its port and an address of IPv6 that a plan made. Prints both.
import { apply } from '#dist/kernel/linux/apply.js';
import { RTN_LOCAL } from '#dist/kernel/linux/constants/route.js';
import { libc } from '#dist/kernel/linux/libc.js';
import { carrier } from '#dist/kernel/linux/link/carrier.js';
import { getLink } from '#dist/kernel/linux/link/link-state.js';
import { setLink } from '#dist/kernel/linux/link/set-link.js';
import { openMachine } from '#dist/kernel/linux/open-machine.js';
import { Reaper } from '#dist/kernel/linux/reaper.js';
import { NLM_F_REQUEST } from '#dist/kernel/linux/netlink/constants.js';
import { messages } from '#dist/kernel/linux/netlink/reader.js';
import { Writer } from '#dist/kernel/linux/netlink/writer.js';
import { getRouteTo, routeState } from '#dist/kernel/linux/route.js';

const [PAIRS, ROUNDS] = [20, 5];
const [, , path, run] = process.argv;
const { machine } = openMachine({ host: path, run, instance: { id: 'one', group: 0x464c } });
const reaper = new Reaper(machine, () => {});
const { route } = machine.stacks.get('host');

const veth = (name, more = {}) => ({ kind: 'link', in: 'host', name, spec: { type: 'veth', peer: { in: 'host', name: `${name}-far` } }, ...more });
const up = (link) => ({ kind: 'up', in: 'host', link });
const make = (...resources) =>
  apply(
    machine,
    reaper,
    resources.map((resource) => ({ do: 'create', resource })),
  );
const isSettled = (name) => route.ask(getLink({ name }), ({ payload }) => carrier(payload).settled);
const isLocal = (ip) => route.ask(getRouteTo(ip), ({ payload }) => routeState(payload)?.type) === RTN_LOCAL;

// Both ends of each, and what it is then, in one message to the kernel: nobody else gets a turn on this processor.
function alone() {
  const names = Array.from({ length: PAIRS }, (_, index) => `fl${index}`);
  make(...names.map((name) => veth(name)));
  machine.stacks.enter('host');
  const index = (name) => libc.if_nametoindex(name);
  return names.map((name) => {
    const requests = [setLink(index(name), { up: true }), setLink(index(`${name}-far`), { up: true }), getLink({ index: index(name) })];
    const writer = new Writer(1024);
    requests.forEach((request, at) => request(writer, at + 1, NLM_F_REQUEST));
    route.send(writer.take());
    const answers = [...messages(route.receive())];
    return carrier(answers.find(({ sequence }) => sequence === requests.length).payload).settled;
  });
}

function planned(round) {
  const [bridge, port, ip] = [`br${round}`, `port${round}`, `fd00:${round}::1`];
  const begun = performance.now();
  make(
    { kind: 'link', in: 'host', name: bridge, spec: { type: 'bridge' } },
    { kind: 'address', in: 'host', link: bridge, address: `${ip}/64` },
    up(bridge),
    veth(port, { master: bridge }),
    up(`${port}-far`),
    up(port),
  );
  return { took: performance.now() - begun, settled: [isSettled(port), isSettled(bridge), isLocal(ip)] };
}

process.stdout.write(JSON.stringify({ alone: alone(), planned: Array.from({ length: ROUNDS }, (_, round) => planned(round)) }));
process.exit(0);
