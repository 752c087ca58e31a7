import { type Operation, ownNetwork } from '../operation.js';

const [MTU, MASQUERADE] = ['com.docker.network.driver.mtu', 'com.docker.network.bridge.enable_ip_masquerade'];

export const updateNetwork: Operation = {
  weight: 3,
  draw(random) {
    const name = ownNetwork(random);
    const option = random.pick([MTU, MASQUERADE]);
    const value = random.once(3) ? null : option === MTU ? String(1280 + random.below(200)) : 'false';
    return {
      text: `update network ${name}: ${option}=${value}`,
      run: ({ client }) => client.networks.update(name, { options: { [option]: value }, labels: { a: value } }),
    };
  },
};
