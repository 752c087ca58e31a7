// Where a flag of Docker's for containers has another form here, or nothing to do: what to say of it beside that it is unknown.
const ATTACH: Readonly<Record<string, string>> = {
  '--network-alias': 'an alias belongs to its network: --network web,alias=db',
  '--net-alias': 'an alias belongs to its network: --network web,alias=db',
  '--ip': 'an address belongs to its network: --network web,ip=10.0.0.9',
  '--ip6': 'an address belongs to its network: --network web,ip6=fd00::9',
  '--link-local-ip': 'an address belongs to its network: --network web,link-local-ip=169.254.0.9',
  '--mac-address': 'a MAC address belongs to its network: --network web,mac=02:00:00:00:00:09',
  '--net': 'it is --network here',
  '-P': 'ports are named: -p 80 publishes one at a free port of the host',
  '--publish-all': 'ports are named: -p 80 publishes one at a free port of the host',
  '--expose': 'every port is open to its own network; -p 80 publishes one',
  '--dns-opt': 'it is --dns-option here',
};

const CHANGED = 'a living sandbox takes one more and gives one back: --publish-add 8080:80, --publish-rm 80';
const UPDATE: Readonly<Record<string, string>> = {
  '-p': CHANGED,
  '--publish': CHANGED,
  '--add-host': 'it is --host-add here, and --host-rm takes it away',
  '--label': 'it is --label-add here, and --label-rm takes it away',
};

const FILES = 'the command sees the files of this host as they are';
const PROGRAM: Readonly<Record<string, string>> = {
  '--rm': 'leave it out: the sandbox goes with the command, without -d',
  '-v': FILES,
  '--volume': FILES,
  '--mount': FILES,
};

/** What to say of an unknown flag of a command, where Docker's users mean something by it; nothing otherwise. */
export function dockerHabit(words: readonly string[], flag: string): string | undefined {
  const [name = ''] = flag.split('=');
  const call = words.join(' ');
  const runs = call === 'run' || words.at(-1) === 'exec';
  if (runs && /^(-[it]+d?|-d[it]+|--interactive|--tty)$/.test(name)) return 'leave it out: the command has this terminal as it is';
  const known = {
    ...(call === 'run' || call === 'sandbox create' ? ATTACH : {}),
    ...(call === 'run' ? PROGRAM : {}),
    ...(call === 'sandbox update' ? UPDATE : {}),
  };
  return Object.hasOwn(known, name) ? known[name] : undefined;
}
