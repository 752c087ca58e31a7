import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import type { HostFacts, Scene, Taken, TakeScene } from '../../model/driver.js';
import type { FunctionsSeen, LinkSeen, Survey } from '../../resource/survey.js';
import { flawOf, linkOn } from '../host-device/judge.js';
import { type DeviceFacts, taking } from '../host-device/take.js';
import type { SriovOptions, SriovWish } from './options.js';

/** What was chosen when the network was realized: how many virtual functions it has the card show; 0 where those that there are will do. */
export interface SriovFacts extends Facts {
  readonly show: number;
}

/** What an endpoint has to itself: its number, and by what it is known while its link is not here. */
export interface FunctionFacts extends DeviceFacts {
  readonly vf: number;
  readonly function: string;
}

type Taking = TakeScene<SriovOptions, SriovWish>;

/** Refuses a card that has no virtual functions, or not so many. Throws `device-absent`, `functions-absent`. */
export function realize({ options: { pf, show } }: Scene<SriovOptions>, { survey }: HostFacts): SriovFacts {
  const { most, count } = functionsOf(survey, pf);
  if (show === undefined && count > 0) return { show: 0 };
  if (show === undefined) throw none(pf, 'it shows none now', '-o vfs=4 has it show four while the network is there');
  if (show > most) throw none(pf, `it has ${most}, and not ${show}`, `ask for fewer: -o vfs=${most}`);
  if (count >= show) return { show: 0 };
  if (count > 0) throw none(pf, `it shows ${count}, and the kernel shows more only when all of them are taken away`, 'leave vfs out, and these are used');
  return { show };
}

/** Picks the virtual function that is wished for, or the first that is free. Throws `device-absent`, `device-unfit`, `device-busy`, `devices-exhausted`, `functions-absent`. */
export function take(scene: Taking, survey: Survey, taken: Taken): FunctionFacts {
  const { pf } = scene.options;
  const { devices } = functionsOf(survey, pf);
  const vf = wished(scene, devices);
  if (vf !== undefined) return having(scene, survey, thatOne(scene, survey, taken, vf), vf);
  const reasons: string[] = [];
  for (const index of devices.keys()) {
    const link = linkOf(survey, devices, index);
    const reason = whyNot(survey, taken.get(`${pf} vf ${index}`) ?? taken.get(link?.name ?? ''), link);
    if (link && reason === undefined) return having(scene, survey, link, index);
    reasons.push(`${index} ${reason}`);
  }
  const mend = 'take one back: fairlead endpoint leave ENDPOINT; or see that their driver is loaded';
  throw failure('devices-exhausted', {
    network: scene.network.name,
    reason: `of the virtual functions of ${pf}, ${reasons.join('; ') || 'there are none'}`,
    mend,
  });
}

function wished({ options: { pf }, endpointOptions: { vf, pci } }: Taking, devices: readonly string[]): number | undefined {
  if (pci === undefined) return vf;
  const index = devices.indexOf(`pci/${pci}`);
  if (index >= 0) return index;
  throw failure('device-absent', { device: `virtual function of ${pf} at ${pci}`, mend: `those that it shows: ls -l /sys/class/net/${pf}/device/virtfn*` });
}

const having = (scene: Taking, survey: Survey, link: LinkSeen, vf: number): FunctionFacts => ({
  ...taking(scene, link, survey),
  vf,
  function: `${scene.options.pf} vf ${vf}`,
});

const HIDDEN = 'is no link here: in a sandbox, or without its driver';

function thatOne({ options: { pf } }: Taking, survey: Survey, taken: Taken, index: number): LinkSeen {
  const { devices } = functionsOf(survey, pf);
  const holder = taken.get(`${pf} vf ${index}`);
  if (holder !== undefined) throw failure('device-busy', { device: `${pf} vf ${index}`, endpoint: holder });
  if (index >= devices.length)
    throw failure('device-absent', { device: `virtual function ${index} of ${pf}`, mend: `it shows ${devices.length}: ip link show ${pf}` });
  const link = linkOf(survey, devices, index);
  if (!link)
    throw failure('device-absent', { device: `virtual function ${index} of ${pf}`, mend: 'load its driver; one that a sandbox has is back when that leaves' });
  const flaw = flawOf(link, survey, false);
  if (flaw) throw flaw;
  return link;
}

const linkOf = ({ links }: Survey, devices: readonly string[], index: number): LinkSeen | undefined =>
  links.find(({ device }) => device !== undefined && device === devices[index]);

function whyNot(survey: Survey, holder: string | undefined, link: LinkSeen | undefined): string | undefined {
  if (holder !== undefined) return `is given to ${holder}`;
  if (!link) return HIDDEN;
  const flaw = flawOf(link, survey, false);
  return flaw && `is kept back: ${String(flaw.values['reason'])}`;
}

function functionsOf(survey: Survey, pf: string): FunctionsSeen {
  const { functions } = linkOn(survey, pf);
  if (functions) return functions;
  throw none(pf, 'it is no card with SR-IOV, or its driver does not know of that', 'name the physical function; a whole card is given by driver host-device');
}

const none = (device: string, reason: string, mend: string) => failure('functions-absent', { device, reason, mend });
