import { textList } from "@cim-domain/commands/fields/TextList"

/** What a role may do; free strings of 1 to 100 characters. */
export const Permissions = textList(100)

/** What a role answers for; free strings of 1 to 500 characters. */
export const Responsibilities = textList(500)
