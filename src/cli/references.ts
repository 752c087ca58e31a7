/** What an argument that names an object takes, for the help. */
export const REFERENCE = 'its name, its id or the beginning of its id';

/** The same for an endpoint, whose name is only one within its network. */
export const ENDPOINT_REFERENCE = 'its name, NETWORK/NAME, its id or the beginning of its id';

/** The same where several may be named. */
export const REFERENCES = 'names, ids or beginnings of ids';
export const ENDPOINT_REFERENCES = 'names, NETWORK/NAMEs, ids or beginnings of ids';
