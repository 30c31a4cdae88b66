/** What the name of a JetStream domain must look like, as the end of the sentence "accepted: …". */
export const jetStreamDomainForm = "1 to 100 characters without blanks, dots, *, > and $"

/** Whether this can be the name of a JetStream domain. */
export const isJetStreamDomain = (text: string): boolean => /^[^\s.*>$\p{C}]{1,100}$/u.test(text)
