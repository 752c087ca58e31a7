import type { AliasAsk, SandboxChange } from '../../model/asks.js';

/** Reads `NAME` and `NETWORK:NAME`; values are checked by the engine. A name has no colon. */
function parseAlias(text: string): AliasAsk {
  const at = text.indexOf(':');
  return at < 0 ? { name: text } : { network: text.slice(0, at), name: text.slice(at + 1) };
}

/** Aliases that are given and taken away, as one change; nothing where neither was asked for. */
export function aliasChange(add: readonly string[] | undefined, remove: readonly string[] | undefined): SandboxChange['aliases'] | undefined {
  return (add ?? remove) && { ...(add && { add: add.map(parseAlias) }), ...(remove && { remove: remove.map(parseAlias) }) };
}
