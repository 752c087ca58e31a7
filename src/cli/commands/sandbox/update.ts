import type { SandboxChange } from '../../../model/asks.js';
import { type DnsChangeFlags, dnsChange, dnsChangeFlags } from '../../dns-flags.js';
import { aliasChange } from '../../parse/aliases.js';
import { EGRESS, egressChange } from '../../parse/egress.js';
import { collect } from '../../parse/pairs.js';
import { parsePublish } from '../../parse/publish.js';
import { type RateFlags, rateChangeFlags, ratesChange } from '../../rate-flags.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';
import { tellWaiting } from '../../tell-waiting.js';
import { usage } from '../../usage.js';
import { valueChange } from '../../value-change.js';

const HELP = 'fairlead sandbox update --help';

interface Flags extends DnsChangeFlags, RateFlags {
  readonly name?: string;
  readonly label?: readonly string[];
  readonly labelAdd?: readonly string[];
  readonly labelRm?: readonly string[];
  readonly publishAdd?: readonly string[];
  readonly publishRm?: readonly string[];
  readonly aliasAdd?: readonly string[];
  readonly aliasRm?: readonly string[];
  readonly egress?: readonly string[];
}

/** `sandbox update`: prints the name. */
export const update: Define = (command, shell) => {
  command
    .argument('<SANDBOX>', REFERENCE)
    .option('--name <NAME>', 'its new name')
    .option('--publish-add <PORT>', "publish a port more: '8080:80'; may repeat", collect)
    .option('--publish-rm <PORT>', "withdraw one: '80', '8080:80'; may repeat", collect)
    .option('--alias-add <ALIAS>', "another name: 'db', 'NETWORK:db' on one network alone; may repeat", collect)
    .option('--alias-rm <ALIAS>', 'take one away; may repeat', collect)
    .option('--egress <WHERE>', `${EGRESS} ('default': as its networks say)`, collect);
  dnsChangeFlags(rateChangeFlags(command, 'it', 'as its networks have it'))
    .option('--label-add <K=V>', 'set a label; may repeat', collect)
    .addOption(command.createOption('--label <K=V>', 'the same').argParser(collect).hideHelp())
    .option('--label-rm <K>', 'remove a label; may repeat', collect)
    .action(async (ref: string, flags: Flags) => {
      const change = asked(flags);
      if (Object.keys(change).length === 0) throw usage('nothing to change: give a flag that says what', HELP);
      const { sandboxes } = await shell.fairlead();
      const sandbox = await sandboxes.update(ref, change);
      if (flags.publishAdd) await tellWaiting(shell, sandbox);
      shell.print(sandbox.name);
    });
};

function asked({ name, label = [], labelAdd = [], labelRm, publishAdd, publishRm, aliasAdd, aliasRm, egress, ...flags }: Flags): SandboxChange {
  const labels = valueChange('--label-add', [...label, ...labelAdd], labelRm, HELP);
  const [add, remove] = [publishAdd?.map(parsePublish), publishRm?.map(parsePublish)];
  const ports = (add ?? remove) && { ...(add && { add }), ...(remove && { remove }) };
  const aliases = aliasChange(aliasAdd, aliasRm);
  const ways = egressChange(egress, HELP);
  const dns = dnsChange(flags, HELP);
  return {
    ...(name !== undefined && { name }),
    ...(labels && { labels }),
    ...(ports && { ports }),
    ...(aliases && { aliases }),
    ...(ways !== undefined && { egress: ways }),
    ...(dns && { dns }),
    ...ratesChange(flags),
  };
}
