/** Errors by their code: the status of an answer over HTTP, what is wrong, and the way out. */
export type ErrorRows = Readonly<Record<string, { readonly status: number; readonly problem: string; readonly mend: string }>>;
