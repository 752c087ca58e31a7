import koffi from 'koffi';

// malloc.h (mallopt(3)).
const M_TRIM_THRESHOLD = -1;
const M_ARENA_MAX = -8;
/** Bytes that an arena keeps at its end. glibc makes that twice the largest block that was ever given back, which is megabytes, and `malloc_trim` leaves the ends of all arenas but the first. */
const END = 256 << 10;

type Call = (...args: readonly number[]) => number;

// Of glibc alone: another libc has neither, nor what they mend.
const glibc = (prototype: string): Call | undefined => {
  try {
    return koffi.load(null).func(prototype);
  } catch {
    return undefined;
  }
};

/**
 * From now on threads that begin share two arenas, and arenas are cut when their ends are free: glibc gives each thread its own, up to eight a processor, what one
 * has freed no other uses, and what work has once taken stays.
 */
export function shareArenas(): void {
  const mallopt = glibc('int mallopt(int, int)');
  mallopt?.(M_ARENA_MAX, 2);
  mallopt?.(M_TRIM_THRESHOLD, END);
}

/** Gives the kernel back what is free. It takes a millisecond. */
export function trimArenas(): void {
  glibc('int malloc_trim(size_t)')?.(0);
}
