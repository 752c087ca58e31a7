/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object: what authorities answer, and what is stored with a record. */
export type Facts = { readonly [key: string]: Json };
