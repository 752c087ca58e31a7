import type { Resource } from '../resource/resource.js';

/** Whether no kernel tells whose it is: `read` leaves all of these out, and `was` says how each of them is. */
export const isSetting = ({ kind }: Resource): boolean => SETTINGS.has(kind);

const SETTINGS: ReadonlySet<Resource['kind']> = new Set(['sysctl', 'borrow', 'enslaved', 'moved', 'functions']);
