import type { Finding } from '../../model/fairlead.js';
import { colours } from '../colours.js';
import { printable } from '../printable.js';
import type { Define } from '../define.js';
import type { Shell } from '../shell.js';
import { usage } from '../usage.js';

/** The statuses of `doctor`: well is 0. */
const FOUND = 1;
const BLIND = 2;

/** `doctor`: what is not as it should be. */
export const doctor: Define = (command, shell) => {
  command
    .option('--format <FORMAT>', "'json': a list of findings with code, object, problem and mend")
    .addHelpText('after', '\nStatus: 0 all is well, 1 something was found, 2 it could not look.')
    .action(async ({ format }: { readonly format?: string }) => {
      if (format !== undefined && format !== 'json') throw usage(`--format ${format} is not known here; there is json`, 'fairlead doctor --help');
      const findings = await look(shell);
      if (!findings) return;
      shell.status = findings.length > 0 ? FOUND : 0;
      if (format === 'json') shell.print(JSON.stringify(findings));
      else if (findings.length === 0) shell.print('all is well: the kernel has what the records say, and nothing of ours besides');
      else {
        findings.forEach((finding) => print(finding, shell));
        shell.print('the daemon mends what is ours by itself, within its drift-interval (5 minutes) at the latest; what is not, it leaves alone');
      }
    });
};

async function look(shell: Shell): Promise<readonly Finding[] | undefined> {
  try {
    return await (await shell.fairlead()).doctor();
  } catch (error) {
    shell.fail(error, BLIND);
    return undefined;
  }
}

function print({ code, object, problem, mend }: Finding, shell: Shell): void {
  const { bold, dim } = colours(shell.world, shell.world.out);
  shell.print(`${bold(`${printable(object)}:`)} ${printable(problem)}`);
  const second = `  ${printable(mend)}`;
  shell.print(`${second.padEnd(Math.max(89, second.length + 1))}${dim(`[${code}]`)}`);
}
