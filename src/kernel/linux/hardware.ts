import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FunctionsSeen } from '../../resource/survey.js';

// A bus and an address as the kernel names them; neither leads out of the directory.
const DEVICE = /^([a-z]\w*)\/(?!\.)([\w.:-]+)$/;

/** The directory of a device by bus and address. Devices belong to no network namespace, and neither does this view of them. */
function directoryOf(device: string): string | undefined {
  const [, bus, address] = DEVICE.exec(device) ?? [];
  return bus === undefined || address === undefined ? undefined : `/sys/bus/${bus}/devices/${address}`;
}

/** Whether this is a radio: it does not leave its namespace without all its links. */
export const isRadio = (device: string): boolean => {
  const directory = directoryOf(device);
  return directory !== undefined && existsSync(join(directory, 'ieee80211'));
};

/** The virtual functions of a physical one, by their numbers; nothing of a device without SR-IOV. */
export function functionsOf(device: string): FunctionsSeen | undefined {
  const directory = directoryOf(device);
  const now = directory === undefined ? undefined : numberIn(join(directory, 'sriov_numvfs'));
  if (directory === undefined || now === undefined) return undefined;
  const most = numberIn(join(directory, 'sriov_totalvfs')) ?? Math.max(now, MOST_SIMULATED);
  return { most, count: now, devices: linksOf(directory, device) };
}

// netdevsim (drivers/net/netdevsim/bus.c) says how many in no file, and shows no devices for them.
const MOST_SIMULATED = 4;

function linksOf(directory: string, device: string): readonly string[] {
  const bus = device.slice(0, device.indexOf('/'));
  const names = readdirSync(directory).filter((name) => /^virtfn\d+$/.test(name));
  const found: string[] = [];
  for (const name of names) found[Number(name.slice('virtfn'.length))] = `${bus}/${basename(readlinkSync(join(directory, name)))}`;
  return found;
}

/** Has a physical function show so many. The kernel refuses to go from some to others but by none. */
export function showFunctions(device: string, count: number): void {
  const directory = directoryOf(device);
  if (directory !== undefined) writeFileSync(join(directory, 'sriov_numvfs'), String(count));
}

function numberIn(file: string): number | undefined {
  try {
    const value = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(value) && value >= 0 ? value : undefined;
  } catch {
    return undefined;
  }
}
