/** What an inbox prefix must look like, as the end of the sentence "accepted: …". */
export const inboxPrefixForm =
  "1 to 100 characters, tokens with dots between them, without blanks, *, > and a $ at the beginning"

/** Whether answers may come on subjects that begin so. */
export const isInboxPrefix = (text: string): boolean =>
  text.length <= 100 && /^(?!\$)[^\s.*>\p{C}]+(\.[^\s.*>\p{C}]+)*$/u.test(text)
