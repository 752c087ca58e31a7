import { FREE_PORTS, HOST_IPS, makes, NAME_PORT, NAMED_PORTS, type Operation, portThing, SANDBOXES } from '../operation.js';

/** One port by its number, or all that lead to a port of the sandbox and were not named. */
export const withdrawPorts: Operation = {
  weight: 5,
  draw(random) {
    const sandbox = random.pick(SANDBOXES);
    const [hostIp, protocol] = [random.pick(HOST_IPS), random.pick(['tcp', 'udp'] as const)];
    const [named, all] = [random.pick(NAMED_PORTS), random.once(3)];
    const ask = { hostIp, protocol, port: NAME_PORT, hostPort: all ? FREE_PORTS : named };
    return {
      text: `withdraw ${JSON.stringify(ask)} of ${sandbox}`,
      run: ({ client }) => client.sandboxes.update(sandbox, { ports: { remove: [ask] } }),
      ...(!all && { effects: makes(portThing(protocol, hostIp, named), 'absent') }),
    };
  },
};
