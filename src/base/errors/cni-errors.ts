import type { ErrorRows } from './error-rows.js';

export const cniErrors = {
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
    problem: '{name}{said} is {reason}',
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
  'cni-plugin-silent': {
    status: 503,
    problem: 'CNI plugin {plugin} has not ended {verb} in {seconds} s, and was killed',
    mend: 'run it by hand to see what it waits for, or give it longer: fairlead daemon --plugin-patience',
  },
  'cni-plugin-failed': {
    status: 500,
    problem: 'CNI plugin {plugin} failed at {verb} and did not say why in the words of CNI: {reason}',
    mend: 'it ended with {status}; run it by hand to see more',
  },
  'cni-result-unfit': {
    status: 502,
    problem: 'what the plugins of CNI network {network} answered cannot be used: {reason}',
    mend: 'try its configuration by itself: fairlead cni add',
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
  'cni-network-again': {
    status: 409,
    problem: 'the namespace of container {container} is on network "{network}" already, by interface {interface}',
    mend: 'a network is given to a container once: DEL that interface first, or configure a second network, of another "name" and subnet',
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
} as const satisfies ErrorRows;
