import { describe } from 'vitest';
import { addressesConform } from './kernel/addresses.js';
import { announcementsConform } from './kernel/announcements.js';
import { borrowingConforms } from './kernel/borrowing.js';
import { admissionsConform } from './kernel/admissions.js';
import { closingConforms } from './kernel/closing.js';
import { enslavingConforms } from './kernel/enslaving.js';
import { framesConform } from './kernel/frames.js';
import { heldConforms } from './kernel/held.js';
import type { Open } from './kernel/host.js';
import { linksConform } from './kernel/links.js';
import { lookingConforms } from './kernel/looking.js';
import { movingConforms } from './kernel/moving.js';
import { namespacesConform } from './kernel/namespaces.js';
import { plansConform } from './kernel/plans.js';
import { portsConform } from './kernel/ports.js';
import { processesConform } from './kernel/processes.js';
import { ratesConform } from './kernel/rates.js';
import { routesConform } from './kernel/routes.js';
import { socketsConform } from './kernel/sockets.js';
import { surveysConform } from './kernel/surveys.js';
import { sysctlsConform } from './kernel/sysctls.js';
import { tablesConform } from './kernel/tables.js';
import { transactionsConform } from './kernel/transactions.js';
import { tunnelsConform } from './kernel/tunnels.js';
import { uppersConform } from './kernel/uppers.js';
import { watchingConforms } from './kernel/watching.js';

/** All that every implementation of the Kernel face must do. `open` makes a host of its own, with nothing of ours on it. */
export function kernelConformance(name: string, open: Open): void {
  describe(`${name}: the Kernel face`, () => {
    namespacesConform(open);
    linksConform(open);
    uppersConform(open);
    tunnelsConform(open);
    portsConform(open);
    addressesConform(open);
    routesConform(open);
    ratesConform(open);
    tablesConform(open);
    sysctlsConform(open);
    announcementsConform(open);
    borrowingConforms(open);
    movingConforms(open);
    enslavingConforms(open);
    admissionsConform(open);
    transactionsConform(open);
    plansConform(open);
    socketsConform(open);
    framesConform(open);
    heldConforms(open);
    processesConform(open);
    surveysConform(open);
    lookingConforms(open);
    watchingConforms(open);
    closingConforms(open);
  });
}
