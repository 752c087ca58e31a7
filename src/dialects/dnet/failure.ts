/** What the client prints, and ends with status 1. */
export class DnetFailure extends Error {}
