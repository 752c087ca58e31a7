import type { Id } from '../base/id.js';
import type { Network } from '../model/records.js';
import { Shelf } from './shelf.js';

/** Networks. One of this host and one of its cluster may have the same name. */
export class NetworkShelf extends Shelf<Network> {
  constructor() {
    super('network-absent');
  }

  override candidate(id: Id): string {
    const network = this.find(id);
    const whose = network && (network.scope === 'global' ? 'of the cluster ' : 'of this host ');
    return super.candidate(id).replace('(', `${whose ?? ''}(`);
  }
}
