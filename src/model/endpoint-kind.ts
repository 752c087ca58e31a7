import { failure } from '../base/error.js';
import { oneOf, type OptionSpec } from './options.js';
import { SYSCTLS } from './endpoint-options.js';
import { ROUTES } from './endpoint-routes.js';
import type { Endpoint, Strings } from './records.js';

/** What stands at the sandbox's end of an endpoint: a link for its programs, or a tap for a virtual machine. */
export const KIND = 'com.fairlead.endpoint.kind';
export const OWNER = 'com.fairlead.tap.owner';
export const QUEUES = 'com.fairlead.tap.queues';

/** The largest MTU of a tap: with the head of Ethernet a frame has 65535 bytes at most (MAX_MTU of drivers/net/tun.c). */
export const MOST_TAP_MTU = 65_521;

/** Who may open a tap. */
export interface TapOwner {
  readonly user: number;
  readonly group?: number;
}

const MOST = 0xffff_fffe; // (uid_t) -1 is nobody's (setreuid(2))

/** `1000`, or `1000:36`; nothing for what is neither. */
export function parseTapOwner(text: string): TapOwner | undefined {
  const [, user = '', , group] = /^(\d{1,10})(:(\d{1,10}))?$/.exec(text) ?? [];
  if (user === '' || Number(user) > MOST || Number(group ?? 0) > MOST) return undefined;
  return { user: Number(user), ...(group !== undefined && { group: Number(group) }) };
}

const owner: OptionSpec<TapOwner> = {
  fallback: { user: 0 },
  help: 'user that may open the tap, by number, and a group that it must be of: 1000, or 1000:36 (default: root alone)',
  parse: (text) => {
    const value = parseTapOwner(text);
    return value ? { value } : { wanted: 'write the number of a user, and of a group behind a colon where it must be of one: 1000, or 1000:36' };
  },
};

/** What an endpoint can be told of this, where its driver makes taps. */
export const kindOptions = {
  [KIND]: oneOf(['veth', 'tap'], 'veth', 'veth, or tap: a device for a virtual machine, in the sandbox'),
  [OWNER]: owner,
  [QUEUES]: oneOf(['one', 'many'], 'one', 'one, or many: the machine opens the tap once for each of its queues; Firecracker wants one'),
};

/** Whether the options of an endpoint make it a tap. They were checked when they came in. */
export const isTap = ({ options }: Pick<Endpoint, 'options'>): boolean => options[KIND] === 'tap';

/** The name of the link by which what an endpoint sends leaves its sandbox. A tap has its own before that, which has the host's end's name. */
export const wireOf = (endpoint: Pick<Endpoint, 'options'> & { readonly link: NonNullable<Endpoint['link']> }): string =>
  isTap(endpoint) ? endpoint.link.outside : endpoint.link.inside;

/** Refuses what does not go together. Throws `option-invalid`. */
export function checkKind(raw: Strings): void {
  if (isTap({ options: raw })) {
    const [inside] = [SYSCTLS, ROUTES].filter((each) => raw[each] !== undefined);
    if (inside !== undefined) throw wrong(inside, raw[inside] ?? '', 'of no use with a tap: what it says is for the machine to set', 'leave it out');
    return;
  }
  const [of] = [OWNER, QUEUES].filter((each) => raw[each] !== undefined);
  if (of !== undefined) throw wrong(of, raw[of] ?? '', 'about taps', `add ${KIND}=tap, or leave it out`);
}

/** How a tap is called where nobody says so. */
export const tapPrefix = (endpoint: Pick<Endpoint, 'options'>, otherwise: string): string => (isTap(endpoint) ? 'tap' : otherwise);

const wrong = (option: string, value: string, reason: string, mend: string) => failure('option-invalid', { option, value, reason, mend });
