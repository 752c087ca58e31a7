import { ENDPOINTS, makes, NETWORKS, SANDBOXES, type Operation } from '../operation.js';

/** An endpoint by itself, or joined at once: `network connect`. */
export const createEndpoint: Operation = {
  weight: 8,
  draw(random) {
    const [network, name] = [random.pick(NETWORKS), random.pick(ENDPOINTS)];
    const sandbox = random.once(2) ? random.pick(SANDBOXES) : undefined;
    const more = random.once(3) ? wishes(ENDPOINTS.indexOf(name) + 1) : {};
    return {
      text: `create endpoint ${network}/${name}${sandbox ? ` in ${sandbox}` : ''}${'options' in more ? ', with wishes' : ''}`,
      run: ({ client }) => client.endpoints.create({ network, name, ...more, ...(sandbox && { sandbox }) }),
      effects: makes(`endpoint ${network}/${name}`, sandbox ? `in ${sandbox}` : 'out'),
      also: sandbox ? [`sandbox ${sandbox}`] : [],
    };
  },
};

// What is not IPAM's, and what is a setting in the sandbox. A name is there once on a network, and so is its address.
const wishes = (number: number) => ({
  linkLocalIps: [`169.254.9.${number}`, `fe80::9:${number}`],
  options: { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.log_martians=1' },
});
