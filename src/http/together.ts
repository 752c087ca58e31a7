import type { RequestListener } from 'node:http';

/**
 * Begins what came in one turn of the event loop together, when all of it has been read: what many ask for at once goes by the same steps then, and becomes one
 * transaction, one commit and one message to the resolver, as it would in the library. A request that comes alone is begun right after it was read.
 */
export function together(listener: RequestListener): RequestListener {
  let come: Parameters<RequestListener>[] = [];
  const begin = () => {
    const all = come;
    come = [];
    for (const each of all) listener(...each);
  };
  return (request, response) => {
    if (come.push([request, response]) === 1) setImmediate(begin);
  };
}
