import { z } from 'zod';
import type { Facts } from '../../base/json.js';
import type { Prefix } from '../../ip/types.js';
import { byName } from './by-name.js';
import { text } from './shape.js';

/** Labels and options as the user wrote them. */
export const strings = byName(z.string());

/** Changed labels or options: `null` removes one. */
export const stringsChange = byName(z.string().nullable());

/** 64 hexadecimal digits. */
export const id = z.string();

/** The IP version. */
export const family = z.literal([4, 6]);

/** Where may be sent, as it was asked for. */
export const egressAsk = z.array(z.string());

/** Where may be sent. */
export const egress = z.array(z.union([z.literal('all'), text<Prefix>()]));

/** The states of a network. */
export const state = z.enum(['creating', 'active', 'removing']);

/** Any JSON object: what was chosen when something was realized, or what is known of a host. */
export const facts = byName(z.unknown()) as unknown as z.ZodType<Facts>;
