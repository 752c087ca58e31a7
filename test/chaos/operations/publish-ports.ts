import type { PortAsk } from '#dist/index.js';
import { FREE_PORTS, HOST_IPS, makes, NAME_PORT, NAMED_PORTS, type Operation, portThing, SANDBOXES } from '../operation.js';

/** One port that others want as well, the first free one of a range, several at once, or whichever is free. */
export const publishPorts: Operation = {
  weight: 8,
  draw(random) {
    const sandbox = random.pick(SANDBOXES);
    const [hostIp, protocol] = [random.pick(HOST_IPS), random.pick(['tcp', 'udp'] as const)];
    const [named, first, what] = [random.pick(NAMED_PORTS), FREE_PORTS.first + random.below(4), random.below(6)];
    const range = { first, last: FREE_PORTS.last };
    const others: readonly PortAsk[] = [
      { hostIp, protocol, port: NAME_PORT },
      { hostIp, protocol, port: NAME_PORT, hostPort: range },
      { protocol, port: { first: 100, last: 100 + range.last - first }, hostPort: range },
    ];
    const ask = others[what] ?? { hostIp, protocol, port: NAME_PORT, hostPort: named };
    return {
      text: `publish ${JSON.stringify(ask)} on ${sandbox}`,
      run: ({ client }) => client.sandboxes.update(sandbox, { ports: { add: [ask] } }),
      ...(ask.hostPort === named && { effects: makes(portThing(protocol, hostIp, named), `in ${sandbox}`), also: [`sandbox ${sandbox}`] }),
    };
  },
};
