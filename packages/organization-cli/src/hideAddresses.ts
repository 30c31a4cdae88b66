/** What may be an address with a user, a password or a token in it, quoted or not: from there on to the end of the quotes. */
const quoted = /"[^"]*(?::\/\/|:[^"]*@)[^]*"/g
const bare = /\S*(?::\/\/|:\S*@)\S*/g

/**
 * A text without what may be the address of a broker. An address in the place of something else is repeated where arguments are
 * refused, and its secrets must not be.
 */
export const hideAddresses = (text: string): string =>
  text.replace(quoted, "\"…\" (not shown: it may hold a secret)").replace(bare, "… (not shown: it may hold a secret)")
