// Flags without a value. `-d` and `-n` have one in some places, and then a value follows that is neither yes nor no.
const SWITCHES = ['-q', '--quiet', '--no-trunc', '-l', '--latest', '-f', '--force', '--internal', '--ipv6', '-d', '--daemon', '-D', '--debug'];
// What Go's `strconv.ParseBool` takes.
const YES = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const NO = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** The words of a command line whose flags are written as Go's are: `-d=bridge` is `-d bridge`, `--quiet=true` is `--quiet`, `--quiet=false` is nothing. */
export const flagWords = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => {
    const [, flag = '', value = ''] = /^(-\w|--\w[\w-]*)=(.*)$/s.exec(word) ?? [];
    if (SWITCHES.includes(flag) && YES.includes(value)) return [flag];
    if (SWITCHES.includes(flag) && NO.includes(value)) return [];
    return /^-\w$/.test(flag) ? [`${flag}${value}`] : [word];
  });
