// What a network would be, as the commands that a person would type, on a simulated kernel: no root, nothing touched.
import { createFairlead } from 'fairlead';

const fairlead = await createFairlead({ kernel: 'simulated' });
const ask = { name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }] } };
for (const line of await fairlead.plan({ network: ask })) console.log(line);
await fairlead[Symbol.asyncDispose]();
