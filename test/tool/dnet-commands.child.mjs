import { createInterface } from 'node:readline';
import { main } from '#dist/dialects/dnet/main.js';

// The words of a `dnet` command on each line, as JSON; what it printed and its status are answered so too.
for await (const line of createInterface({ input: process.stdin })) {
  const lines = [];
  const status = await main(JSON.parse(line), (text) => lines.push(...text.split('\n').filter(Boolean)));
  process.stdout.write(`${JSON.stringify({ status, lines })}\n`);
}
