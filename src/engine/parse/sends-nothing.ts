import type { Driver } from '../../model/driver.js';

/** Whether sandboxes on networks of this driver send nothing at all: they have a stack of their own there, and nobody gives it a link. */
export const sendsNothing = ({ traits, asks }: Driver): boolean => traits.stack === 'own' && !traits.addresses && !asks;
