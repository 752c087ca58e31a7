import picocolors from 'picocolors';
import type { Sink, World } from './world.js';

/** Colours where a person reads, and none where NO_COLOR is set or a program reads. */
export const colours = ({ env }: Pick<World, 'env'>, sink: Sink) => picocolors.createColors(sink.terminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb');
