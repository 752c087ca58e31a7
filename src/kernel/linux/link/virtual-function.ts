import { macBytes, macFromBytes } from '../../../ip/mac.js';
import type { VirtualFunction } from '../../../resource/resource.js';
import { IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS, RTM_GETLINK, RTM_SETLINK } from '../constants/link.js';
import {
  IFLA_VF_INFO,
  IFLA_VF_LINK_STATE,
  IFLA_VF_MAC,
  IFLA_VF_RATE,
  IFLA_VF_SPOOFCHK,
  IFLA_VF_TRUST,
  IFLA_VF_VLAN,
  IFLA_VFINFO_LIST,
  RTEXT_FILTER_VF,
  VF_LINK_STATES,
  VF_MAC_LENGTH,
} from '../constants/virtual-function.js';
import { attributeList, attributes, u32 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { LINK_ATTRIBUTES, linkMessage } from './link-message.js';

/** What can be said of a virtual function in one message; each driver knows some of these. */
export type FunctionSettings = Omit<VirtualFunction, 'pf' | 'index'>;

/** The settings one by one, as they can be refused: the two of a VLAN and the two of a rate belong together. */
export function apart({ vlan, qos, minRate, maxRate, mac, ...rest }: FunctionSettings): readonly FunctionSettings[] {
  return [
    ...(mac === undefined ? [] : [{ mac }]),
    ...(vlan === undefined ? [] : [{ vlan, ...(qos !== undefined && { qos }) }]),
    ...Object.entries(rest).map(([name, value]) => ({ [name]: value })),
    ...(minRate === undefined && maxRate === undefined ? [] : [{ minRate: minRate ?? 0, maxRate: maxRate ?? 0 }]),
  ];
}

/** `ip link set PF vf N …`, to the physical function of this index. */
export const setFunction = (physical: number, index: number, settings: FunctionSettings): Request => {
  return (w, sequence, flags) =>
    linkMessage(w, RTM_SETLINK, flags, sequence, { index: physical }, (m) =>
      m.nest(IFLA_VFINFO_LIST, (list) => list.nest(IFLA_VF_INFO, (info) => write(info, index, settings))),
    );
};

function write(w: Writer, index: number, { mac, vlan, qos, spoofCheck, trust, state, minRate, maxRate }: FunctionSettings): void {
  const about = (type: number, ...numbers: readonly number[]) =>
    w.attr(type, (m) => {
      for (const number of [index, ...numbers]) m.u32(number);
    });
  if (mac !== undefined)
    w.attr(
      IFLA_VF_MAC,
      (m) =>
        void m
          .u32(index)
          .bytes(macBytes(mac))
          .zero(VF_MAC_LENGTH - macBytes(mac).length),
    );
  if (vlan !== undefined) about(IFLA_VF_VLAN, vlan, qos ?? 0);
  if (spoofCheck !== undefined) about(IFLA_VF_SPOOFCHK, Number(spoofCheck));
  if (trust !== undefined) about(IFLA_VF_TRUST, Number(trust));
  if (state !== undefined) about(IFLA_VF_LINK_STATE, VF_LINK_STATES.indexOf(state));
  if (minRate !== undefined || maxRate !== undefined) about(IFLA_VF_RATE, minRate ?? 0, maxRate ?? 0);
}

/** Asks for a link with all its virtual functions. */
export const getFunctions = (index: number): Request => {
  return (w, sequence, flags) =>
    linkMessage(w, RTM_GETLINK, flags, sequence, { index }, (m) => m.attrU32(IFLA_EXT_MASK, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS));
};

/** What the payload of RTM_NEWLINK says of them, by their numbers. A setting that the driver does not tell is left out. */
export function functionStates(payload: Uint8Array): ReadonlyMap<number, FunctionSettings> {
  const list = attributes(payload, LINK_ATTRIBUTES).get(IFLA_VFINFO_LIST) ?? new Uint8Array();
  return new Map(
    [...attributeList(list)].flatMap(({ type, body }) => {
      const has = attributes(body);
      const index = type === IFLA_VF_INFO ? numbers(has.get(IFLA_VF_MAC), 1)[0] : undefined;
      return index === undefined ? [] : [[index, settingsOf(has)] as const];
    }),
  );
}

const UNKNOWN = 0xffff_ffff;

function settingsOf(has: ReadonlyMap<number, Uint8Array>): FunctionSettings {
  const mac = has.get(IFLA_VF_MAC);
  const [, vlan, qos] = numbers(has.get(IFLA_VF_VLAN), 3);
  const [, spoofCheck = UNKNOWN] = numbers(has.get(IFLA_VF_SPOOFCHK), 2);
  const [, trust = UNKNOWN] = numbers(has.get(IFLA_VF_TRUST), 2);
  const [, state] = numbers(has.get(IFLA_VF_LINK_STATE), 2);
  const [, minRate, maxRate] = numbers(has.get(IFLA_VF_RATE), 3);
  const word = state === undefined ? undefined : VF_LINK_STATES[state];
  return {
    ...(mac && mac.length >= 10 && { mac: macFromBytes(mac.subarray(4, 10)) }),
    ...(vlan !== undefined && { vlan, qos: qos ?? 0 }),
    ...(spoofCheck !== UNKNOWN && { spoofCheck: spoofCheck !== 0 }),
    ...(trust !== UNKNOWN && { trust: trust !== 0 }),
    ...(word && { state: word }),
    ...(minRate !== undefined && { minRate, maxRate: maxRate ?? 0 }),
  };
}

// The numbers of a struct of u32; none where it is shorter than that.
const numbers = (bytes: Uint8Array | undefined, count: number): readonly number[] =>
  bytes === undefined || bytes.length < count * 4 ? [] : Array.from({ length: count }, (_, at) => u32(bytes, at * 4));
