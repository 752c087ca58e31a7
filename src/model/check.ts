import type { FairleadError } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Operation } from '../resource/resource.js';
import type { Survey } from '../resource/survey.js';
import type { Finding } from './fairlead.js';
import type { Endpoint, Network, Sandbox } from './records.js';

/** What a check of `doctor` looks at. */
export interface DoctorView {
  readonly networks: readonly Network[];
  readonly sandboxes: readonly Sandbox[];
  readonly endpoints: readonly Endpoint[];
  /** What would make the kernel as the records say, and who wants it; nobody, where it is to go. */
  readonly differences: readonly { readonly operation: Operation; readonly owners: readonly Owner[] }[];
  /** Which program has a port that is to be held and is not, by the key of its resource. */
  readonly holders: ReadonlyMap<Key, string>;
  /** What keeps names from being answered: everywhere, and in single sandboxes. */
  readonly unanswered: { readonly resolver: FairleadError | undefined; readonly sandboxes: ReadonlyMap<Id, FairleadError> };
  /** What there is in the host's stack, whoever made it. */
  readonly host: Survey;
  /** The commands that do it, typed on this host, so that what they make is ours. */
  typed(operation: Operation): readonly string[];
  /** An owner as users name it: `network/web`. */
  nameOf(owner: Owner): string;
}

/** One kind of trouble that `doctor` looks for. */
export interface Check {
  readonly name: string;
  run(view: DoctorView): readonly Finding[];
}
