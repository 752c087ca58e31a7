// Every error has a stable code, the values it is about, and the way out.
import { createFairlead, FairleadError } from 'fairlead';

const fairlead = await createFairlead({ kernel: 'simulated' });
try {
  await fairlead.networks.create({ name: 'web', options: { 'com.docker.network.bridge.nam': 'br-web' } });
} catch (error) {
  if (!FairleadError.is(error)) throw error;
  console.log(error.code);
  console.log(error.message);
  console.log(error.mend);
}
await fairlead[Symbol.asyncDispose]();
