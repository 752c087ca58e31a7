/** A time in milliseconds since 1970 as Docker Engine prints it: RFC 3339 in UTC with nine digits of a second. */
export const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000000Z');
