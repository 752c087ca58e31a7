/** A usage line or a flag as it is shown: what is to be filled in is written in capitals, and needs no brackets. */
export const bare = (text: string): string => text.replace(/<([^<>]+)>/g, '$1');
