// What a run is made of. Each scenario has a process and namespaces of its own.

/** Those of the whole run, in their order; what leaves most behind in the kernel comes last. */
export const WHOLE = ['attach', 'burst', 'nth', 'speak', 'detach', 'meanwhile', 'churn', 'publish', 'ports', 'names', 'daemon'];

/** Those of `--quick`. */
export const QUICK = ['attach', 'burst', 'nth', 'daemon'];

const EVERY_PEER = ['containernetworking-plugins', 'iptables', 'netavark', 'docker.io', 'busybox-static'];

/** Programs of others, by Debian's packages, that a scenario runs beside Fairlead. Without one its rows are left out. */
export const PEERS = {
  attach: EVERY_PEER,
  burst: EVERY_PEER,
  nth: EVERY_PEER,
  speak: ['containernetworking-plugins'],
  publish: EVERY_PEER,
  churn: ['containernetworking-plugins', 'iptables', 'netavark'],
  daemon: ['iptables', 'docker.io', 'busybox-static'],
  docker: ['docker.io', 'busybox-static', 'iproute2', 'etcd-server', 'iperf3'],
  names: ['dnsperf', 'aardvark-dns'],
  ports: ['iperf3', 'docker.io'],
  rate: ['iperf3'],
  store: ['etcd-server', 'etcd-client'],
  hosts: ['etcd-server', 'etcd-client'],
  overlay: ['etcd-server', 'etcd-client', 'iperf3'],
};

/** What a scenario is about, for who reads the report. */
export const TITLES = {
  attach: [
    'Attach',
    'One sandbox after another, once 300 have warmed up what learns (10 what does not, and Docker). Fairlead, the floor and `ip` make the namespace as well; plugins, netavark and Docker are given one.',
  ],
  detach: [
    'Detach',
    'Until the caller may go on. The links themselves go in batches, behind the reply; `each of 1,000` waits until the kernel has let go of all.',
  ],
  'burst of 30': ['Thirty at once', 'How long each waits, from the moment in which all are asked for.'],
  'burst of 100': ['A hundred at once', 'The same.'],
  nth: ['The Nth on one bridge', 'Ratios are to the 10th of the same subject.'],
  speak: [
    'The first word of each',
    'A packet to the host by sandboxes that are all there, 50 at a time, until its answer. A question who has an address goes to every port of a bridge, and the kernel remembers 1,024 answers for all its namespaces, if nobody told it otherwise. Who has heard nothing after three seconds is in no figure, but in the count. Ratios are to 100 of the same subject.',
  ],
  meanwhile: ['While others go', 'Sandboxes held ready, asked for while 600 others are removed.'],
  churn: [
    'Coming and going',
    'So many a second come, whoever is on the way in or out already, and go after 0.3 s: how long each waits to be attached. Where that takes longer than the next one takes to come, they queue.',
  ],
  publish: [
    'One more published port',
    'Attaching a sandbox with a port by a CNI plugin, on a host that publishes so many already. Ratios are to the first of the same subject.',
  ],
  ports: ['Published ports', 'One more beside so many, and what flows through one.'],
  thousands: ['Ten thousand endpoints', 'Of one daemon, on networks of 500. Ratios are to the 10th.'],
  names: ['Names', 'Answers to a program in a sandbox, from the same client. Of a rate more is better.'],
  restart: ['Restart', 'From the start of the process to its first answer, over endpoints that live on.'],
  memory: [
    'Memory',
    'Resident, as the kernel counts it, half a minute after a start: all of the program that was touched is in it, and what is mapped of the store. Each endpoint more: the difference of two such, from 10 on.',
  ],
};
