import { REDIRECT_PREFERENCE } from '../../../resource/rate.js';
import {
  MIRRED_LENGTH,
  TCA_ACT_KIND,
  TCA_ACT_OPTIONS,
  TCA_EGRESS_REDIR,
  TCA_KIND,
  TCA_MIRRED_PARMS,
  TCA_OPTIONS,
  TCA_U32_ACT,
  TCA_U32_SEL,
  TCMSG_LENGTH,
  U32_KEY_LENGTH,
  U32_SEL_LENGTH,
} from '../constants/traffic.js';
import { attributes, text, u8, u16, u32 } from '../netlink/reader.js';

/** A filter of ours as the kernel tells of it. */
export interface FilterState {
  /** Of the link. */
  readonly index: number;
  /** The index of the link to which all goes; 0 where it is not all, or goes nowhere. */
  readonly to: number;
}

/** Reads the payload of RTM_NEWTFILTER or RTM_DELTFILTER. Undefined for others' filters, and for the tables that u32 keeps beside its keys. */
export function filterState(payload: Uint8Array): FilterState | undefined {
  const has = attributes(payload, TCMSG_LENGTH);
  const action = attributes(has.get(TCA_OPTIONS) ?? EMPTY);
  const selector = action.get(TCA_U32_SEL);
  if (u16(payload, 18) !== REDIRECT_PREFERENCE || text(has.get(TCA_KIND) ?? EMPTY) !== 'u32' || !selector) return undefined;
  return { index: u32(payload, 4), to: matchesAll(selector) ? redirection(action.get(TCA_U32_ACT) ?? EMPTY) : 0 };
}

const EMPTY: Uint8Array = new Uint8Array();
const FIRST = 1;

// One key, whose mask is nothing.
const matchesAll = (selector: Uint8Array): boolean =>
  selector.length >= U32_SEL_LENGTH + U32_KEY_LENGTH && u8(selector, 2) === 1 && u32(selector, U32_SEL_LENGTH) === 0;

function redirection(actions: Uint8Array): number {
  const first = attributes(attributes(actions).get(FIRST) ?? EMPTY);
  const parameters = attributes(first.get(TCA_ACT_OPTIONS) ?? EMPTY).get(TCA_MIRRED_PARMS);
  if (text(first.get(TCA_ACT_KIND) ?? EMPTY) !== 'mirred' || !parameters || parameters.length < MIRRED_LENGTH) return 0;
  return u32(parameters, 20) === TCA_EGRESS_REDIR ? u32(parameters, 24) : 0;
}
