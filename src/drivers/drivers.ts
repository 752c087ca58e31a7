import { bridgeDriver } from './bridge/bridge-driver.js';
import { hostDeviceDriver } from './host-device/host-device-driver.js';
import { ipvlanDriver } from './ipvlan/ipvlan-driver.js';
import { macvlanDriver } from './macvlan/macvlan-driver.js';
import { hostDriver } from './host/host-driver.js';
import { nullDriver } from './null/null-driver.js';
import { sriovDriver } from './sriov/sriov-driver.js';
import { overlayDriver } from './overlay/overlay-driver.js';
import type { Driver } from '../model/driver.js';

/** All that there are. */
export const drivers: readonly Driver[] = [
  bridgeDriver,
  hostDeviceDriver,
  hostDriver,
  ipvlanDriver,
  macvlanDriver,
  nullDriver,
  overlayDriver,
  sriovDriver,
] as readonly Driver[];
