import { namesOf } from './names-of.js';
import type { Branch, Kind } from './tree.js';

/** Completes words, flags, their values and names of objects; without the package bash-completion too. */
export const bashScript = (all: readonly Branch[]): string => `# fairlead completion for bash
_fairlead() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path= word i flag= at=0
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $flag ]]; then flag=; continue; fi
    case $word in
      -*) case "$path $word" in
           ${all.flatMap(valuedOf).map(quote).join('|')}) flag=$word ;;
         esac ;;
      *) case "$path $word" in
${all.flatMap(wordsOf).join('\n')}
           *) at=$((at + 1)) ;;
         esac ;;
    esac
  done
  if [[ $cur == '=' ]]; then cur=; fi
  local words= names= program=
  if [[ -n $flag ]]; then
    case "$path $flag" in
${all.flatMap(valuesOf).join('\n')}
    esac
  else
    case "$path" in
${all.map(branchOf).join('\n')}
    esac
  fi
  if [[ $cur != -* ]]; then
    case $names in
${KINDS.map((kind) => `      ${kind}) words="$words $(${namesOf(kind)})" ;;`).join('\n')}
    esac
    if [[ -n $program ]]; then words="$words $(compgen -c -- "$cur")"; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _fairlead fairlead
`;

const KINDS: readonly Kind[] = ['network', 'sandbox', 'endpoint', 'object'];

const quote = (text: string): string => `'${text}'`;
const before = (words: string): string => (words === '' ? '' : ` ${words}`);
const spelled = (words: string, { flag, short }: Branch['flags'][number]): readonly string[] =>
  [flag, ...(short ? [short] : [])].map((each) => `${before(words)} ${each}`);

const valuedOf = ({ words, flags }: Branch) => flags.filter(({ value }) => value).flatMap((flag) => spelled(words, flag));

// An alias leads where its command does.
const wordsOf = ({ words, next }: Branch) =>
  next.map(({ word, aliases }) => {
    const known = [word, ...aliases].map((each) => quote(`${before(words)} ${each}`)).join('|');
    return `           ${known}) path='${before(words)} ${word}' ;;`;
  });

const valuesOf = ({ words, flags }: Branch) =>
  flags.flatMap((flag) => (flag.names ? [`      ${spelled(words, flag).map(quote).join('|')}) names=${flag.names} ;;`] : []));

// Behind a program stands what belongs to it, and behind a word that is no command nothing that we know.
function branchOf({ words, next, flags, takes, repeats }: Branch): string {
  const all = `words='${[...next.map(({ word }) => word), ...flags.map(({ flag }) => flag)].join(' ')}'`;
  const most = next.length > 0 ? 0 : takes.indexOf('program');
  const offers = takes.map((each, place) => {
    if (each === 'program') return `${place}) program=1 ;;`;
    return `${repeats && place === takes.length - 1 ? '*' : place}) names=${each ?? ''} ;;`;
  });
  return [
    `      '${before(words)}')`,
    most < 0 ? all : `if ((at <= ${most})); then ${all}; fi`,
    ...(offers.length > 0 ? [`case $at in ${offers.join(' ')} esac`] : []),
    ';;',
  ].join('\n        ');
}
