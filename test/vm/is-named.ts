/** Whether files are run because this word was said (`npm run test:vm -- ipsec`), not all of the tier: then what takes minutes of a guest's runs too. */
export const isNamed = (word: string): boolean => (process.env['FAIRLEAD_VM_NAMED'] ?? '').split(' ').some((each) => each.includes(word));
