import koffi from 'koffi';

// M_ARENA_MAX of malloc.h (mallopt(3)).
const M_ARENA_MAX = -8;

type Call = (...args: readonly number[]) => number;

// Of glibc alone: another libc has neither, nor what they mend.
const glibc = (prototype: string): Call | undefined => {
  try {
    return koffi.load(null).func(prototype);
  } catch {
    return undefined;
  }
};

/** From now on threads that begin share two arenas: glibc gives each its own, up to eight a processor, and what one has freed no other uses. */
export function shareArenas(): void {
  glibc('int mallopt(int, int)')?.(M_ARENA_MAX, 2);
}

/** Gives the kernel back what is free. It takes a millisecond. */
export function trimArenas(): void {
  glibc('int malloc_trim(size_t)')?.(0);
}
