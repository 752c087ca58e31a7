import type { Id } from '../../base/id.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { Endpoint } from '../../model/records.js';

/**
 * Where the hosts of a cluster keep what they share. All of it lies below the prefix of their store.
 *
 *     cluster                        what the cluster is called, for addresses that are its own
 *     pools                          written with every subnet that is picked, so that two hosts do not pick the same
 *     networks/ID                    a network of global scope
 *     network-names/NAME             its id: no two have one name
 *     claims/WHAT                    what no two networks may have, a VNI for one: the id of the network that has it
 *     hosts/NAME/known               a host, from its first start until it is forgotten
 *     hosts/NAME/alive               the same with a lease: while it is there
 *     hosts/NAME/departed            for how long its addresses have waited since it went
 *     janitor                        who looks after those that went; with the lease of that host
 *     ipsec/ring                     the keys of encrypted networks: whoever reads them reads what hosts send
 *     ipsec/offers/NAME              by what a host sends to each other one, as nobody knows who has not the ring
 *     wireguard/NAME                 the public key of a host, by which the others know it and encrypt what is for it
 *     endpoints/NETWORK/ID           an endpoint, written by its host alone
 *     endpoint-names/NETWORK/NAME    its id: no two on a network have one name
 *     macs/NETWORK/MAC               the id of the endpoint that has it: no two on a network have one
 *     addresses/NETWORK/IP           the host that has it: no address is given twice
 */
export const keys = {
  cluster: 'cluster',
  pools: 'pools',
  janitor: 'janitor',
  networks: 'networks/',
  network: (id: Id) => `networks/${id}`,
  networkName: (name: string) => `network-names/${name}`,
  claims: 'claims/',
  claim: (what: string) => `claims/${what}`,
  hosts: 'hosts/',
  known: (host: string) => `hosts/${host}/known`,
  alive: (host: string) => `hosts/${host}/alive`,
  departed: (host: string) => `hosts/${host}/departed`,
  secrets: 'ipsec/',
  ring: 'ipsec/ring',
  offersOf: (host: string) => `ipsec/offers/${host}`,
  wireguards: 'wireguard/',
  wireguard: (host: string) => `wireguard/${host}`,
  endpoints: 'endpoints/',
  endpointsOf: (network: Id) => `endpoints/${network}/`,
  endpoint: (network: Id, id: Id) => `endpoints/${network}/${id}`,
  endpointName: (network: Id, name: string) => `endpoint-names/${network}/${name}`,
  mac: (network: Id, mac: Mac) => `macs/${network}/${mac}`,
  addresses: 'addresses/',
  addressesOf: (network: Id) => `addresses/${network}/`,
  address: (network: Id, ip: Ip) => `addresses/${network}/${ip}`,
} as const;

/** The keys of what an endpoint has for itself on its network, whose value is its id. */
export const claimsOf = ({ network, name, mac }: Pick<Endpoint, 'network' | 'name' | 'mac'>): readonly string[] => [
  keys.endpointName(network, name),
  ...(mac === undefined ? [] : [keys.mac(network, mac)]),
];
