// Compiles src/ and native/ to dist/: `npm run build`, and npm itself after `npm install` (prepare).
import { build, canBuild } from './lib/build.mjs';

if (!canBuild()) {
  process.stdout.write('fairlead: no TypeScript here (installed for production); dist/ is left as it is\n');
} else {
  const trouble = build();
  if (trouble !== undefined) {
    process.stderr.write(`${trouble}\n`);
    process.exitCode = 1;
  }
}
