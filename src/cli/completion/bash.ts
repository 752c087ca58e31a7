import type { Branch } from './tree.js';

/** Completes words, flags and names of objects; without the package bash-completion too. */
export const bashScript = (all: readonly Branch[]): string => `# fairlead completion for bash
_fairlead() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path= word i skip=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      -H|--host) skip=1 ;;
      -*) ;;
      *) case "$path $word" in
${all
  .filter(({ words }) => words !== '')
  .map(({ words }) => `           ' ${words}') path=' ${words}' ;;`)
  .join('\n')}
           *) break ;;
         esac ;;
    esac
  done
  local words= names=
  case "$path" in
${all.map(branchOf).join('\n')}
  esac
  if [[ $cur != -* && -n $names ]]; then
    words="$words $(fairlead "$names" ls --format '{{.Name}}' 2>/dev/null)"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _fairlead fairlead
`;

function branchOf({ words, next, flags, names }: Branch): string {
  const all = [...next.map(({ word }) => word), ...flags.map(({ flag }) => flag)].join(' ');
  return `    '${words === '' ? '' : ` ${words}`}') words='${all}'${names ? ` names=${names}` : ''} ;;`;
}
