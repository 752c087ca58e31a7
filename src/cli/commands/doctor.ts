import type { DoctorHow, Finding } from '../../model/fairlead.js';
import { colours } from '../colours.js';
import { printable } from '../printable.js';
import type { Define } from '../define.js';
import type { Shell } from '../shell.js';
import { usage } from '../usage.js';

/** The statuses of `doctor`: well is 0. */
const FOUND = 1;
const BLIND = 2;

interface Flags {
  readonly fix?: boolean;
  readonly format?: string;
}

/** `doctor`: what is not as it should be. */
export const doctor: Define = (command, shell) => {
  command
    .argument('[OBJECT]', 'look at this alone and at what it is joined to, and not at the host: as explain names it')
    .option('--fix', "mend what is Fairlead's own to mend, and say what is left")
    .option('--format <FORMAT>', "'json': a list of findings with code, object, problem, mend, whether --fix mends it and whether it was mended")
    .addHelpText('after', '\nStatus: 0 all is well or was mended, 1 something is left, 2 it could not look.\nCodes in brackets: docs/guides/doctor.md')
    .action(async (of: string | undefined, { fix = false, format }: Flags) => {
      if (format !== undefined && format !== 'json') throw usage(`--format ${format} is not known here; there is json`, 'fairlead doctor --help');
      if (fix && of !== undefined) throw usage('--fix mends everything that is to be mended: leave OBJECT out', 'fairlead doctor --fix');
      const findings = await look(shell, { fix, ...(of !== undefined && { of }) });
      if (!findings) return;
      const left = findings.filter(({ mended }) => !mended);
      shell.status = left.length > 0 ? FOUND : 0;
      if (format === 'json') return shell.print(JSON.stringify(findings));
      for (const finding of findings) print(finding, shell);
      for (const line of ending(findings.length - left.length, left, { fix, of })) shell.print(line);
    });
};

function ending(mended: number, left: readonly Finding[], { fix, of }: { readonly fix: boolean; readonly of: string | undefined }): readonly string[] {
  if (left.length > 0 && fix) return [`${mended} mended, ${left.length} left: they are not Fairlead's to mend, or could not be; the daemon's log says why`];
  if (left.some(({ ours }) => ours))
    return ['fairlead doctor --fix mends now what is ours, and the daemon does so by itself within its drift-interval, 5 minutes unless you said otherwise'];
  if (left.length > 0) return ["none of this is Fairlead's to mend, or it could not be: --fix would not help, what to do is said above"];
  if (mended > 0) return [`all is well: ${mended} mended`];
  if (of !== undefined) return [`all is well with ${printable(of)} and what it is joined to; fairlead doctor looks at the host as well`];
  return ['all is well: the kernel has what the records say, and nothing of ours besides'];
}

async function look(shell: Shell, how: DoctorHow): Promise<readonly Finding[] | undefined> {
  try {
    return await (await shell.fairlead()).doctor(how);
  } catch (error) {
    shell.fail(error, BLIND);
    return undefined;
  }
}

function print({ code, object, problem, mend, mended }: Finding, shell: Shell): void {
  const { bold, dim } = colours(shell.world, shell.world.out);
  shell.print(`${bold(`${printable(object)}:`)} ${printable(problem)}`);
  const second = mended ? '  mended' : `  ${printable(mend)}`;
  shell.print(`${second.padEnd(Math.max(89, second.length + 1))}${dim(`[${code}]`)}`);
}
