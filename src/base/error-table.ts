/**
 * Every error that Fairlead answers, by its stable code. `{name}` in a text is a value that the error carries. The first
 * line says what is wrong with the value in question, the second the way out. Statuses follow Docker Engine's
 * categories: 400 the request is wrong, 403 the state forbids it, 404 absent, 409 a name is taken, 503 nothing left.
 * `docs/reference/errors.md` is generated from this table.
 */
export const errorTable = {
  // ── names and shapes ──
  'name-invalid': {
    status: 400,
    problem: 'the {kind} name "{name}" has a wrong form: {reason}',
    mend: '{mend}',
  },
  'name-taken': { status: 409, problem: '{kind} with name {name} already exists', mend: 'choose another name, or remove it: fairlead {kind} rm {name}' },
  'value-invalid': { status: 400, problem: '{field}: "{value}" is {reason}', mend: '{mend}' },
  'body-invalid': { status: 400, problem: 'the request is not what this call takes: {reason}', mend: 'the calls and their bodies: GET /v1/openapi.json' },
  'body-too-large': { status: 413, problem: 'the request body is larger than {limit} bytes', mend: 'send less in one request' },
  'route-absent': { status: 404, problem: 'there is no {method} {path}', mend: 'the calls that exist: GET /v1/openapi.json' },
  'resolver-port-taken': {
    status: 503,
    problem: 'port {port} on 127.0.0.11 in sandbox {sandbox} is held by a program there, and so were others',
    mend: 'end the program that listens on all ports, then make the sandbox again',
  },
  'method-refused': { status: 405, problem: '{path} takes no {method}', mend: 'what it takes: {allowed}' },
  'events-lost': {
    status: 503,
    problem: 'events are told faster than they are read: more than {most} waited',
    mend: 'listen again, then list what there is',
  },
  // ── objects ──
  'network-absent': { status: 404, problem: 'no network "{ref}"', mend: 'those there are: fairlead network ls' },
  'sandbox-absent': { status: 404, problem: 'no sandbox "{ref}"', mend: 'those there are: fairlead sandbox ls' },
  'endpoint-absent': { status: 404, problem: 'no endpoint "{ref}"', mend: 'those there are: fairlead endpoint ls' },
  'object-absent': {
    status: 404,
    problem: 'no network, sandbox or endpoint "{ref}"',
    mend: 'fairlead network ls, sandbox ls and endpoint ls show what there is',
  },
  'reference-ambiguous': { status: 400, problem: '"{ref}" could be several: {candidates}', mend: 'name one of them, or give more of its id' },
  'endpoint-name-taken': { status: 403, problem: 'endpoint with name {name} already exists in network {network}', mend: 'choose another endpoint name' },
  'network-in-use': {
    status: 403,
    problem: 'network {name} has active endpoints ({endpoints})',
    mend: '{mend}',
  },
  'docker-network-differs': {
    status: 409,
    problem: 'network "{name}" is here already, with {what} {has}, and Docker was asked for {wanted}',
    mend: 'ask for the same, or for another name: docker network create -d fairlead -o fairlead.network=NAME',
  },
  'network-predefined': {
    status: 403,
    problem: '{name} is a pre-defined network and cannot be {what}',
    mend: 'networks of your own: fairlead network create NAME',
  },
  'config-only-with': {
    status: 403,
    problem: 'config-only network {name} cannot have {what}: it is only a template',
    mend: 'give that to the networks made from it: fairlead network create --config-from {name} …',
  },
  'config-from-with': {
    status: 403,
    problem: 'network {name} cannot have {what} of its own beside --config-from {template}',
    mend: 'leave it out, or leave --config-from out and give all of it here',
  },
  'config-absent': {
    status: 404,
    problem: 'no config-only network "{name}"{other}',
    mend: 'make one: fairlead network create --config-only NAME',
  },
  'config-in-use': {
    status: 403,
    problem: 'configuration network "{name}" is in use by {users}',
    mend: 'remove the networks made from it first: fairlead network rm {users}',
  },
  'config-only-joined': {
    status: 403,
    problem: 'network {network} is config-only: nothing can be attached to it',
    mend: 'make a network from it: fairlead network create --config-from {network} NAME',
  },
  'network-single': { status: 403, problem: 'only one instance of "{driver}" network is allowed', mend: 'use the one there is: {existing}' },
  'network-exclusive': { status: 403, problem: '{sandbox} cannot join network "{network}": {reason}', mend: 'make another sandbox for it' },
  'endpoint-joined': {
    status: 403,
    problem: 'endpoint {endpoint} is already attached to sandbox {sandbox}',
    mend: 'leave it first: fairlead endpoint leave {endpoint}',
  },
  'endpoint-not-joined': {
    status: 403,
    problem: 'cannot leave endpoint {endpoint} with no attached sandbox',
    mend: 'join it first: fairlead endpoint join {endpoint} SANDBOX',
  },
  'endpoint-automatic': {
    status: 403,
    problem: 'endpoint {endpoint} is the way out that sandbox {sandbox} was given, and goes when it has another',
    mend: 'connect the sandbox to a network with a way out, or disconnect it from those without',
  },
  'endpoint-active': {
    status: 403,
    problem: 'endpoint with name {endpoint} is attached to sandbox {sandbox}',
    mend: 'leave first, or force it: fairlead endpoint rm -f {endpoint}',
  },
  'sandbox-connected': {
    status: 403,
    problem: 'sandbox {sandbox} is already connected to network {network}',
    mend: 'disconnect it first: fairlead network disconnect {network} {sandbox}',
  },
  'sandbox-not-connected': {
    status: 404,
    problem: 'sandbox {sandbox} is not connected to network {network}',
    mend: 'its networks: fairlead sandbox inspect {sandbox}',
  },
  'sandbox-busy': {
    status: 403,
    problem: 'sandbox {sandbox} still runs a process (pid {pid})',
    mend: 'end it and remove the sandbox: fairlead sandbox rm -f {sandbox}',
  },
  'namespace-invalid': { status: 400, problem: '"{path}" is no network namespace: {reason}', mend: 'give a path such as /proc/PID/ns/net or /run/netns/NAME' },
  'namespace-lost': {
    status: 403,
    problem: 'sandbox {sandbox} has lost its namespace: "{path}" is gone, or leads to another one now',
    mend: 'remove it, and make one for the namespace that there is: fairlead sandbox rm {sandbox}',
  },
  'namespace-taken': { status: 403, problem: 'namespace "{path}" is already present in sandbox {sandbox}', mend: 'one sandbox a namespace; use that sandbox' },
  'process-absent': {
    status: 404,
    problem: 'no process {pid} for the sandbox to go with, or another than is meant',
    mend: 'give the pid of one that runs, in the pid namespace of the daemon; fairlead run -d and sandbox create need none',
  },
  'interface-taken': {
    status: 403,
    problem: '{sandbox} already has an interface "{interface}"',
    mend: 'choose another ifname, or leave it out and one is picked',
  },
  'object-busy': { status: 409, problem: '{kind} {name} is being {what}', mend: 'try again when that is done' },
  // ── drivers and options ──
  'driver-unknown': {
    status: 404,
    problem: 'no driver "{driver}"{suggestion}',
    mend: 'drivers here: {drivers}; a plugin is found by its socket: /run/docker/plugins/NAME.sock',
  },
  'option-unknown': {
    status: 400,
    problem: 'driver {driver} has no option "{option}"{suggestion}',
    mend: '{mend}',
  },
  'option-invalid': { status: 400, problem: 'option {option}: "{value}" is {reason}', mend: '{mend}' },
  'device-taken': {
    status: 403,
    problem: 'a link named "{device}" is already on this host and is not ours',
    mend: 'choose another, or a bridge, which is borrowed: com.docker.network.bridge.name=NAME',
  },
  'bridge-mismatch': {
    status: 403,
    problem: 'bridge "{device}" has the address {address} already, which is not {wanted}',
    mend: 'ask for the subnet and the gateway that it has, or for other ones',
  },
  'parent-bound': {
    status: 409,
    problem: 'link "{parent}" cannot lend a bridge what the host has by it: {what} names it',
    mend: 'name no link there, or take it away for as long',
  },
  'device-claimed': {
    status: 403,
    problem: 'network {network} already uses the bridge name "{device}"',
    mend: 'choose another: com.docker.network.bridge.name=NAME',
  },
  'parent-absent': {
    status: 404,
    problem: 'no link "{parent}" on this host',
    mend: 'those there are: ip link; {mend}',
  },
  'parent-down': { status: 403, problem: 'link "{parent}" is down, and nothing passes it', mend: 'set it up: ip link set {parent} up' },
  'parent-unfit': { status: 403, problem: 'link "{parent}" cannot carry this network: {reason}', mend: '{mend}' },
  'parent-claimed': {
    status: 403,
    problem: 'link "{parent}" is used by network {network} ({use}), which does not go with {wanted}',
    mend: '{mend}',
  },
  'device-absent': {
    status: 404,
    problem: 'no link of this host is {device}',
    mend: '{mend}',
  },
  'device-unfit': { status: 403, problem: 'link {device} cannot be given to a sandbox: {reason}', mend: '{mend}' },
  'device-busy': {
    status: 409,
    problem: 'link {device} is given to endpoint {endpoint} already',
    mend: 'take it back first: fairlead endpoint leave {endpoint}; or leave the option out, and a free one is picked',
  },
  'devices-exhausted': {
    status: 503,
    problem: 'network {network} has no free link to give: {reason}',
    mend: '{mend}',
  },
  'functions-absent': { status: 403, problem: 'link {device} cannot show virtual functions: {reason}', mend: '{mend}' },
  'function-refused': {
    status: 501,
    problem: 'link {pf} does not let its virtual function {index} have {what} ({errno})',
    mend: 'its driver or firmware does not know that, or not beside the rest; leave it out, or give another value',
  },
  'family-none': { status: 400, problem: 'network {name} has neither IPv4 nor IPv6', mend: 'leave one of them on' },
  // ── addresses ──
  'subnet-invalid': {
    status: 400,
    problem: 'subnet "{subnet}" is {reason}',
    mend: 'write it as 10.64.0.0/24 or fd00:64::/64, or leave it out and one is picked',
  },
  'pool-overlap': { status: 403, problem: 'subnet {subnet} overlaps {other} ({range})', mend: 'choose another, or leave it out and one is picked' },
  'pool-outside': { status: 400, problem: '{what} {value} is not inside subnet {subnet}', mend: 'choose one inside it, or another subnet' },
  'pools-exhausted': { status: 400, problem: 'all predefined address pools have been fully subnetted', mend: 'choose one yourself, 10.64.0.0/24 say' },
  'addresses-exhausted': {
    status: 503,
    problem: 'no available addresses on pool {pool}',
    mend: 'remove endpoints, or use a network with a larger subnet or range',
  },
  'address-taken': { status: 403, problem: 'address {address} is already in use{by}', mend: 'choose another, or leave it out and one is picked' },
  'address-in-use': {
    status: 409,
    problem: 'address {address} is used by {mac} on the segment of network {network} ({link})',
    mend: 'choose another: --network {network},ip=…; keep it from being picked: network create --aux-address other={address}',
  },
  'mac-taken': {
    status: 403,
    problem: 'MAC address {mac} is already in use{by} on network {network}',
    mend: 'choose another, or leave it out and one is made',
  },
  'address-outside': {
    status: 400,
    problem: 'address {address} does not belong to any of the subnets of network {network} ({subnets})',
    mend: 'choose one of these subnets, or leave it out and one is picked',
  },
  'address-family': {
    status: 400,
    problem: 'network {network} has no {family} and cannot give {address}',
    mend: 'make a network with it: fairlead network create {flag} …',
  },
  'plugin-absent': {
    status: 503,
    problem: 'plugin "{plugin}" is not there: no socket, .spec or .json of that name in {dirs}',
    mend: 'start it; what waits for it is asked again when it answers',
  },
  'plugin-silent': {
    status: 503,
    problem: 'plugin "{plugin}" at {address} does not answer {call}: {reason}',
    mend: 'look at its own log, or start it again; what it was asked for is given back when it answers',
  },
  'plugin-behind': {
    status: 503,
    problem: 'endpoint "{endpoint}" has left its sandbox, and plugin "{plugin}" could not be told so yet',
    mend: 'start the plugin, then join it again',
  },
  'plugin-refused': {
    status: 500,
    problem: 'plugin "{plugin}" refuses {call}: {reason}',
    mend: 'these are its own words: its documentation and its log say more',
  },
  'plugin-unfit': {
    status: 502,
    problem: 'plugin "{plugin}" answers {call} with what cannot be used: {reason}',
    mend: 'the protocol: docs/guides/remote-drivers.md; its makers can mend it',
  },
  'plugin-spec-invalid': {
    status: 500,
    problem: '{file} names no plugin: {reason}',
    mend: 'write one line into a .spec file: unix:///run/NAME.sock or tcp://127.0.0.1:PORT',
  },
  'ipam-unknown': { status: 404, problem: 'no IPAM driver "{driver}"', mend: 'IPAM drivers here: {drivers}' },
  'ipam-option-unknown': { status: 400, problem: 'IPAM driver {driver} has no option "{option}"', mend: '{mend}' },
  'dhcp-silent': {
    status: 503,
    problem: 'no {protocol} server answers on {link} for network {network} within {seconds} s',
    mend: 'is one there, on this very segment? wait longer: --ipam-opt timeout=30; addresses of your own: --subnet, without --ipam-driver dhcp',
  },
  'dhcp-unfit': {
    status: 503,
    problem: 'the {protocol} server {server} gives network {network} no address that fits: {reason}',
    mend: '{mend}',
  },
  'segment-absent': {
    status: 400,
    problem: 'network {network} is on no segment of which IPAM driver {ipam} could ask addresses: {reason}',
    mend: 'give it one: for driver bridge a bridge that is there, -o com.docker.network.bridge.name=NAME; for others -o parent=LINK',
  },
  // ── published ports ──
  'port-taken': {
    status: 409,
    problem: '{protocol} port {port} on {address} is held by {holder}, not by Fairlead',
    mend: '{mend}',
  },
  'port-claimed': {
    status: 409,
    problem: '{protocol} port {port} on {address} is published by sandbox {sandbox} (on {held})',
    mend: '{mend}',
  },
  'ports-exhausted': {
    status: 503,
    problem: 'no {protocol} port from {first} to {last} is free on {address}',
    mend: 'remove sandboxes that publish ports, or name another port or range',
  },
  'alias-absent': { status: 404, problem: 'sandbox {sandbox} has no alias {alias}', mend: 'those it has: fairlead sandbox inspect {sandbox}' },
  'port-absent': { status: 404, problem: 'sandbox {sandbox} does not publish {port}', mend: 'what it publishes: fairlead sandbox inspect {sandbox}' },
  'port-address': {
    status: 400,
    problem: '{address} is no address of this host, so {protocol} port {port} cannot be published on it',
    mend: 'the addresses there are: ip address; without one it is published on all of them',
  },
  // ── the kernel ──
  'resource-conflict': {
    status: 409,
    problem: '{resource} is claimed by {owner} with other values',
    mend: 'the two cannot hold at once; change or remove {owner}',
  },
  'bridge-full': {
    status: 503,
    problem: 'bridge {bridge} has 1023 ports, and the kernel gives it no more',
    mend: 'remove endpoints from its network, or use another one: fairlead network create NAME',
  },
  'kernel-exists': {
    status: 409,
    problem: 'the kernel already has what "{command}" would make (EEXIST)',
    mend: 'somebody else made it; fairlead doctor shows what is not as it should be',
  },
  'kernel-absent': {
    status: 500,
    problem: 'the kernel does not have what "{command}" needs ({errno})',
    mend: 'somebody else removed it; fairlead doctor shows what is not as it should be',
  },
  'kernel-denied': {
    status: 500,
    problem: 'the kernel does not allow "{command}" ({errno})',
    mend: 'run as root, or in a user namespace: unshare -Urnm --map-root-user',
  },
  'kernel-lacks': {
    status: 501,
    problem: 'this kernel cannot do "{command}" ({errno})',
    mend: '{mend}',
  },
  'guard-impossible': {
    status: 501,
    problem: 'this kernel cannot judge what sandboxes send: it was built without CONFIG_NF_TABLES_BRIDGE',
    mend: 'for a network whose sandboxes may send what they like: -o {option}=false',
  },
  'kernel-refused': { status: 500, problem: 'the kernel refused "{command}" ({errno})', mend: 'fairlead doctor shows what is not as it should be' },
  'kernel-closed': { status: 503, problem: 'the kernel connection is closed', mend: 'Fairlead is stopping; start it again' },
  // ── names ──
  'resolver-refused': {
    status: 500,
    problem: 'the kernel does not let the resolver listen on 127.0.0.11 port {port} in sandbox {sandbox} ({errno})',
    mend: 'loopback must be up there: ip link set lo up; and descriptors must be left: ulimit -n',
  },
  'resolver-absent': {
    status: 503,
    problem: 'the resolver has ended and is not there again yet: {reason}',
    mend: 'it is started again by itself, once a second; why it ends is in the log of the daemon',
  },
  'resolver-closed': { status: 503, problem: 'the resolver is closed', mend: 'Fairlead is stopping; start it again' },
  // ── state ──
  'state-locked': { status: 409, problem: 'the state in {path} is in use by process {pid}', mend: 'stop that one, or choose another place: --state DIR' },
  'state-invalid': {
    status: 500,
    problem: 'the record {key} in {path} cannot be read: {reason}',
    mend: 'move it aside and define it again; nothing in the kernel was touched',
  },
  'state-damaged': {
    status: 500,
    problem: '{path} is damaged: {reason}',
    mend: 'put back a copy of it, or move it away to begin anew; nothing in the kernel was touched',
  },
  'state-closed': { status: 503, problem: 'the state in {path} is closed', mend: 'Fairlead is stopping; start it again' },
  'state-denied': { status: 500, problem: 'cannot write {path} ({errno})', mend: 'choose another place: --state DIR, --run DIR' },
  'state-full': {
    status: 503,
    problem: 'no space is left for the state in {path} ({errno})',
    mend: 'free some, and try again: what was not answered is as it was before',
  },
  'host-locked': {
    status: 409,
    problem: 'another Fairlead already manages this network namespace',
    mend: 'stop it, or start this one in a namespace of its own',
  },
  'instance-other': {
    status: 409,
    problem: 'the table {family} fairlead on this host is that of another Fairlead instance ({instance})',
    mend: 'start with its state directory (--state DIR); if that is lost: nft delete table {family} fairlead',
  },
  'table-taken': {
    status: 409,
    problem: 'a table {family} fairlead is on this host already, and no Fairlead made it',
    mend: 'rename or delete it: nft delete table {family} fairlead',
  },
  'undo-failed': { status: 500, problem: '{what}: {why}; and what was done before could not be undone: {reason}', mend: 'fairlead doctor shows what was left' },
  // ── daemon and command line ──
  'daemon-absent': {
    status: 503,
    problem: 'no daemon answers at {socket}',
    mend: 'start one: sudo fairlead daemon      another place: FAIRLEAD_HOST=unix://…',
  },
  'sandbox-left': {
    status: 503,
    problem: 'no daemon answers at {socket} any more, and sandbox {sandbox} is left',
    mend: 'the daemon removes it at its next start: sudo fairlead daemon',
  },
  'daemon-denied': { status: 403, problem: 'this user may not speak to the daemon at {socket}', mend: 'use sudo, or join the group that owns the socket' },
  'daemon-answer': {
    status: 502,
    problem: 'the daemon at {socket} answered what this client does not understand: {reason}',
    mend: 'use a client and a daemon of one version: fairlead version',
  },
  'daemon-distrusted': {
    status: 502,
    problem: 'the daemon at {socket} and this client do not trust each other: {reason}',
    mend: 'each certificate is signed by the authority that the other end names: docs/guides/remote.md',
  },
  'bridge-config-invalid': {
    status: 400,
    problem: 'the network bridge cannot be as it is configured: {reason}',
    mend: '{mend}; keys of [bridge]: docs/reference/config.md',
  },
  'config-invalid': { status: 400, problem: 'the configuration {path} cannot be used: {reason}', mend: '{whose}: {keys}; more in docs/reference/config.md' },
  'socket-taken': { status: 409, problem: 'another process already listens at {socket}', mend: 'stop it, or choose another place: --socket PATH' },
  'socket-refused': { status: 500, problem: 'cannot listen at {socket}: {reason}', mend: 'choose another place: --socket PATH' },
  'socket-path-long': {
    status: 400,
    problem: 'the socket path {path} has {bytes} bytes; the kernel takes at most {limit}',
    mend: 'choose a shorter one: --socket PATH, or FAIRLEAD_HOST=unix:///PATH',
  },
  // ── CNI ──
  'cni-malformed': {
    status: 400,
    problem: '{document}: {reason}',
    mend: 'what belongs there: the specification of CNI, https://www.cni.dev/docs/spec/',
  },
  'cni-version': {
    status: 400,
    problem: '{document}: cniVersion {version} is none that is known here',
    mend: 'those known: {known}',
  },
  'cni-environment': {
    status: 400,
    problem: '{name}: "{value}" is {reason}',
    mend: 'what a runtime says in the environment: https://www.cni.dev/docs/spec/#parameters',
  },
  'cni-unsupported': {
    status: 400,
    problem: 'the configuration says "{field}": {reason}',
    mend: '{mend}',
  },
  'cni-config': {
    status: 400,
    problem: 'network "{network}" cannot be as it is configured: {reason}',
    mend: '{mend}',
  },
  'cni-check-failed': {
    status: 409,
    problem: 'container {container} has not what it was given: {problem}',
    mend: '{mend}',
  },
  'cni-busy': {
    status: 503,
    problem: 'no daemon answers at {socket}, and others have worked on the state for {seconds} s',
    mend: 'try again; with a daemon nobody waits: fairlead daemon',
  },
  'cni-collecting': {
    status: 503,
    problem: 'others have collected garbage of CNI networks here for {seconds} s',
    mend: 'try again when they have ended',
  },
  'cni-plugin-absent': {
    status: 404,
    problem: 'no CNI plugin "{plugin}" in {path}',
    mend: 'install it there, or name the directory that has it',
  },
  'cni-plugin-refused': {
    status: 400,
    problem: 'CNI plugin {plugin} refused {verb}: {reason}',
    mend: 'its code is {code}; codes below 100 are in the specification of CNI, https://www.cni.dev/docs/spec/#error',
  },
  'cni-plugin-failed': {
    status: 500,
    problem: 'CNI plugin {plugin} failed at {verb} and did not say why in the words of CNI: {reason}',
    mend: 'it ended with {status}; run it by hand to see more',
  },
  'cni-network-absent': {
    status: 404,
    problem: 'no CNI network "{network}" in {directory}',
    mend: 'those there are: {known}',
  },
  'cni-network-empty': {
    status: 400,
    problem: 'CNI network {network} has no plugins',
    mend: 'name at least one in its "plugins"',
  },
  'cni-file-unreadable': {
    status: 403,
    problem: '{file} cannot be read: {reason}',
    mend: 'look at its rights, and at those of the directories above it',
  },
  'cni-version-disagreed': {
    status: 400,
    problem: 'CNI network {network} is of version {versions}, and its plugins do not all have that: {plugins}',
    mend: 'name a version in its "cniVersion" that all of them have',
  },
  'cni-verb-unknown': {
    status: 400,
    problem: 'CNI network {network} is of version {version}, and {verb} is of {since}',
    mend: 'raise its "cniVersion", where its plugins have that',
  },
  'cni-attached': {
    status: 409,
    problem: 'container {container} is on CNI network {network} already, by its interface {interface}',
    mend: 'take it off first: fairlead cni del; or name another interface',
  },
  'cni-attached-not': {
    status: 404,
    problem: 'container {container} was not added to CNI network {network} by its interface {interface}',
    mend: 'what was added is in the cache: name the directory with which it was added',
  },
  'cni-teardown': {
    status: 500,
    problem: '{count} errors at taking off CNI network {network}: {reason}',
    mend: 'the rest was taken off; mend these, then do it again',
  },
  'cni-undo': {
    status: 500,
    problem: '{why}; and what had been made on CNI network {network} could not all be taken off: {reason}',
    mend: 'mend that, then take it off: fairlead cni del',
  },
  'cni-cache-denied': {
    status: 500,
    problem: 'the cache of CNI in {directory} cannot be used: {reason}',
    mend: 'name another directory, or look at its rights',
  },
  // ── several hosts ──
  'store-absent': {
    status: 503,
    problem: 'datastore for scope "global" is not initialized: networks of driver {driver} are on all hosts',
    mend: 'start the daemon with a store that hosts share: --store etcd://HOST:2379; networks of one host: driver bridge',
  },
  'vni-taken': { status: 409, problem: 'VNI {vni} is that of another network of this cluster', mend: 'choose another, or leave it out and one is picked' },
  'vni-exhausted': { status: 503, problem: 'no VNI is free from 4096 on', mend: 'remove networks that nobody uses: fairlead network prune' },
  'underlay-narrow': {
    status: 409,
    problem: 'network "{network}" has IPv6, whose links carry {least} bytes at least; over an underlay of {outer} there are {mtu}',
    mend: 'use an underlay with a larger MTU, or make the network without IPv6',
  },
  'cluster-incomplete': {
    status: 400,
    problem: 'a host of a cluster needs the store that the hosts share, and none is named',
    mend: 'add --store etcd://HOST:2379, or store = "etcd://HOST:2379" in the configuration',
  },
  'cluster-left': {
    status: 409,
    problem: 'this host has endpoints on networks that it shares with others ({networks}), and no store of theirs is named',
    mend: 'name it: --store etcd://…      to leave the cluster, remove them first, with the store, and start without it then',
  },
  'cluster-address': {
    status: 400,
    problem: '"{address}" is no address by which other hosts reach this one: {reason}',
    mend: 'name an address of this host, or a link that has one: --advertise 192.0.2.1, --advertise eth1',
  },
  'host-name-taken': {
    status: 409,
    problem: 'another Fairlead ({instance}, at {address}) is host "{host}" of this cluster, and {now}',
    mend: 'start with a name of its own: --host-name NAME; if that one does not come back: fairlead host forget {host}, on a host that is there',
  },
  'host-absent': { status: 404, problem: 'no host "{host}" in this cluster', mend: 'those there are: {hosts}' },
  'host-alive': {
    status: 409,
    problem: 'host "{host}" ({address}) is there, and uses its addresses',
    mend: 'stop its daemon first; a host that does not answer is gone after its lease',
  },
  'endpoint-elsewhere': {
    status: 403,
    problem: 'endpoint {endpoint} is in sandbox {sandbox} on host {host}',
    mend: 'do it there, or let it leave there first; a sandbox here takes an endpoint of its own',
  },
  'endpoint-evicted': {
    status: 409,
    problem: 'endpoint {endpoint} on network {network} was removed by another host',
    mend: 'connect its sandbox again',
  },
  'endpoint-lost': {
    status: 409,
    problem: 'endpoint {endpoint} lost its addresses: this host was away from its cluster, and others were given them',
    mend: 'remove it, then connect its sandbox again: fairlead endpoint rm {endpoint}',
  },
  'store-unreachable': {
    status: 503,
    problem: 'no member of {etcd} answers: {reason}',
    mend: 'nothing was changed; see that etcd runs, has a leader and is reached from this host: etcdctl endpoint health',
  },
  'store-doubtful': {
    status: 503,
    problem: '{etcd} was sent a change and did not say whether it made it: {reason}',
    mend: 'look once it answers again: then it was made, or never will be',
  },
  'store-refused': {
    status: 403,
    problem: '{etcd} refuses {who}: {reason}',
    mend: 'name a user whose password is right and who may read and write what begins with {prefix}/',
  },
  'store-distrusted': {
    status: 502,
    problem: '{etcd} and this host do not trust each other: {reason}',
    mend: 'ca is who signed the certificate of etcd, cert and key are of one that etcd trusts, and endpoints are called as its certificate says',
  },
  'store-too-large': {
    status: 413,
    problem: '{etcd} does not take this much at once: {reason}',
    mend: 'change less at once, or start etcd with larger --max-request-bytes and --max-txn-ops',
  },
  'store-full': {
    status: 503,
    problem: '{etcd} has no space left: {reason}',
    mend: 'etcdctl compact and defrag, then etcdctl alarm disarm; or start etcd with a larger --quota-backend-bytes',
  },
  'store-place-invalid': {
    status: 400,
    problem: '"{place}" names no store: {reason}',
    mend: 'etcd://HOST:PORT,HOST:PORT/PREFIX; keys of [store]: docs/reference/config.md',
  },
  'store-password-unreadable': {
    status: 500,
    problem: 'the password in {path} cannot be read ({errno})',
    mend: 'put the password of the user of etcd into its first line, readable for the daemon alone',
  },
  'listen-invalid': { status: 400, problem: '"{place}" is no place to listen at', mend: '{forms}' },
  'listen-open': {
    status: 400,
    problem: 'everybody who reaches {place} could change every network',
    mend: 'listen at 127.0.0.1, or add --tls-cert, --tls-key and --tls-ca',
  },
  'listen-refused': { status: 500, problem: 'cannot listen at {place}: {reason}', mend: 'choose another port or address' },
  'tls-incomplete': { status: 400, problem: 'TLS needs all three: certificate, key and authority', mend: '{how}' },
  'tls-unreadable': {
    status: 400,
    problem: 'cannot use {path} for TLS: {reason}',
    mend: 'give files in PEM form that may be read, and a key that is the certificate’s',
  },
  'origin-refused': {
    status: 403,
    problem: 'a request with {header}: "{value}" is not answered: a page of another site could send it',
    mend: 'from a program, use the address that the daemon listens at, a name of this host (hostname, /etc/hosts), or one that its certificate has',
  },
  'group-absent': { status: 404, problem: 'no group "{group}" on this host', mend: 'make it: groupadd --system {group}' },
  'command-absent': {
    status: 404,
    problem: '"{command}" is no command on this host; {note}',
    mend: '{mend}',
  },
  'command-denied': { status: 403, problem: '"{command}" cannot be executed: {reason}', mend: 'check the file and its permissions' },
  'usage-invalid': { status: 400, problem: '{reason}', mend: 'how to use it: {help}' },
  internal: { status: 500, problem: 'an error that Fairlead did not expect: {reason}', mend: 'please report it with the output of: fairlead info' },
} as const satisfies Record<string, { status: number; problem: string; mend: string }>;

/** The stable code of an error. */
export type ErrorCode = keyof typeof errorTable;
