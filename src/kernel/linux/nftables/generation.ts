import { NFGEN_HDRLEN, NLM_F_REQUEST } from '../netlink/constants.js';
import { attributes, be32, type NetlinkMessage } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { NFT_MSG_GETGEN, NFT_MSG_NEWGEN, NFTA_GEN_ID } from './constants.js';
import { typeOf, writeGeneric } from './message.js';

/** Asks which generation of a network namespace's rules is in force: every transaction, whoever's it is, makes the next one. */
export const generationRequest = (sequence: number): Uint8Array => {
  const w = new Writer(32);
  return w.message(typeOf(NFT_MSG_GETGEN), NLM_F_REQUEST, sequence, () => writeGeneric(w, 'all')).take();
};

/** The number of the generation in force; undefined if the message does not tell it. */
export function decodeGeneration({ type, payload }: NetlinkMessage): number | undefined {
  if (type !== typeOf(NFT_MSG_NEWGEN)) return undefined;
  const number = attributes(payload, NFGEN_HDRLEN).get(NFTA_GEN_ID);
  return number?.length === 4 ? be32(number) : undefined;
}
