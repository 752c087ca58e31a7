import { usage } from '../usage.js';

/** The word that takes a setting back. */
const DEFAULT = 'default';

/** The line of `--egress` in every help. */
export const EGRESS = "where it may send: 'all', 'none', or '10.0.0.0/8,192.0.2.7'; may repeat";

/** What `--egress` asks for, lists taken apart; the engine checks what is in them. */
export const egressAsk = (texts: readonly string[] | undefined): readonly string[] | undefined =>
  texts?.flatMap((text) => text.split(',').map((word) => word.trim()));

/** The same on what lives, where `default` takes it back. Throws `usage-invalid`. */
export function egressChange(texts: readonly string[] | undefined, help: string): readonly string[] | null | undefined {
  const words = egressAsk(texts);
  if (!words?.includes(DEFAULT)) return words;
  if (words.length === 1) return null;
  throw usage(`--egress: '${DEFAULT}' stands alone`, help);
}
