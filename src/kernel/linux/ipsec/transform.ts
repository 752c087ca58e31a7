import { familyOf, ipBytes, ipFromBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { CIPHER, REPLAY_WINDOW, REQID, TAG_BITS } from '../../../resource/ipsec.js';
import type { TransformResource } from '../../../resource/resource.js';
import { NLM_F_CREATE, NLM_F_EXCL, AF_INET, AF_INET6 } from '../netlink/constants.js';
import { attributes, be32, text, u8, u16, u32 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import * as x from './constants.js';

/** `ip xfrm state add …`. EEXIST where the receiver has this SPI already. */
export const addTransform = ({ direction, from, to, spi, key }: TransformResource): Request => {
  const secret = Buffer.from(key, 'hex');
  return (w, sequence, flags) =>
    w.message(x.XFRM_MSG_NEWSA, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, () => {
      w.zero(x.SELECTOR_LENGTH);
      address(w, to).be32(spi).u8(x.IPPROTO_ESP).zero(3);
      // Four limits of bytes and packets, four of time, what was used of them, and counts of mistakes.
      address(w, from)
        .u64(x.XFRM_INF)
        .u64(x.XFRM_INF)
        .u64(x.XFRM_INF)
        .u64(x.XFRM_INF)
        .zero(32 + 32 + 12);
      w.u32(0).u32(REQID[direction]).u16(addressFamily(to)).u8(x.XFRM_MODE_TRANSPORT).u8(0).u8(x.XFRM_STATE_ESN).zero(7);
      w.attr(x.XFRMA_ALG_AEAD, () => {
        w.text(CIPHER, x.ALGORITHM_NAME_LENGTH);
        w.u32(secret.length * 8)
          .u32(TAG_BITS)
          .bytes(secret);
      });
      // struct xfrm_replay_state_esn: words of the bitmap, numbers so far, the window, the bitmap.
      w.attr(
        x.XFRMA_REPLAY_ESN_VAL,
        () =>
          void w
            .u32(REPLAY_WINDOW / 32)
            .zero(16)
            .u32(REPLAY_WINDOW)
            .zero(REPLAY_WINDOW / 8),
      );
    });
};

/** `ip xfrm state delete …` */
export const deleteTransform = ({ to, spi }: TransformResource): Request => {
  return (w, sequence, flags) =>
    w.message(x.XFRM_MSG_DELSA, flags, sequence, () => void address(w, to).be32(spi).u16(addressFamily(to)).u8(x.IPPROTO_ESP).u8(0));
};

/** All states, when sent as a dump: without a header of its own, as xfrm_user wants it. */
export const getTransforms: Request = (w, sequence, flags) => w.message(x.XFRM_MSG_GETSA, flags, sequence, () => {});

/** Reads the payload of XFRM_MSG_NEWSA. Undefined for what is none of ours. */
export function transformState(payload: Uint8Array): TransformResource | undefined {
  if (payload.length < x.STATE_LENGTH || u8(payload, 76) !== x.IPPROTO_ESP) return undefined;
  const direction = DIRECTIONS.find((each) => REQID[each] === u32(payload, 208));
  const cipher = attributes(payload, x.STATE_LENGTH).get(x.XFRMA_ALG_AEAD);
  if (direction === undefined || !cipher || cipher.length < KEY_AT || text(cipher.subarray(0, x.ALGORITHM_NAME_LENGTH)) !== CIPHER) return undefined;
  const length = u16(payload, 212) === AF_INET6 ? 16 : 4;
  const at = (offset: number): Ip => ipFromBytes(payload.subarray(offset, offset + length));
  const key = Buffer.from(cipher.subarray(KEY_AT)).toString('hex');
  return { kind: 'transform', in: 'host', direction, from: at(80), to: at(56), spi: be32(payload, 72), key };
}

const DIRECTIONS = ['in', 'out'] as const;
const KEY_AT = x.ALGORITHM_NAME_LENGTH + 8;

const addressFamily = (ip: Ip): number => (familyOf(ip) === 6 ? AF_INET6 : AF_INET);

// xfrm_address_t: 16 bytes, of which IPv4 takes the first four.
function address(w: Writer, ip: Ip): Writer {
  const bytes = ipBytes(ip);
  return w.bytes(bytes).zero(16 - bytes.length);
}
