import type { Mutant } from "./Mutant.ts"

/** Faults in how commands are read, and in what ids and values are. */
export const wireMutants: ReadonlyArray<Mutant> = [
  {
    file: "organization/src/units/UnitMetadata.ts",
    find: "metadataWithin(8 * 1024)",
    replace: "metadataWithin(9 * 1024)",
    why: "units have more metadata than they may"
  },
  {
    file: "commands/src/fields/idList.ts",
    find: "[...new Set(ids)]",
    replace: "ids",
    why: "a dotted line leads to one role twice"
  },
  {
    file: "commands/src/definition/CommandCatalog.ts",
    find: " || value === neutral.get(field)",
    replace: "",
    why: "a role that was created before roles could begin vacant is another command now"
  },
  {
    file: "commands/src/fields/Code.ts",
    find: "inNormalForm(codePointsMax, expectedLength(1, codePointsMax))",
    replace: "inNormalForm(codePointsMax / 4, expectedLength(1, codePointsMax))",
    why: "long codes in decomposed form are refused"
  },
  {
    file: "commands/src/fields/Code.ts",
    find: "${character}+(?:\\\\p{Zs}${character}+)*$",
    replace: "${character}+(?:\\\\p{Zs}*${character}+)*$",
    why: "codes have spaces in a row"
  },
  {
    file: "commands/src/protocol/completeCommand.ts",
    find: "causation_id: causation_id ?? other.causation_id",
    replace: "causation_id: other.causation_id",
    why: "the cause of a command without a conversation is lost"
  },
  {
    file: "commands/src/fields/Timestamp.ts",
    find: "T00:00:00.000Z` : text",
    replace: "T12:00:00.000Z` : text",
    why: "dates alone begin at noon"
  },
  {
    file: "commands/src/fields/Timestamp.ts",
    find: "if (date.getUTCHours() + date.getUTCMinutes() > 0) return null",
    replace: "",
    why: "any minute has a leap second"
  },
  {
    file: "commands/src/protocol/KnownAboutRequest.ts",
    find: "  commandType: null,\n  commandId: headers.messageId",
    replace: "  commandType: subject?.type ?? null,\n  commandId: headers.messageId",
    why: "a body that is no command is taken for the one of its subject"
  },
  {
    file: "commands/src/protocol/CommandReader.ts",
    find: "Result.isSuccess(decoded) && headers.issues.length + changed.length === 0",
    replace: "Result.isSuccess(decoded)",
    why: "wrong headers are accepted"
  },
  {
    file: "commands/src/protocol/KnownAboutRequest.ts",
    find: "correlation[\"kind\"] === \"Transaction\"",
    replace: "correlation[\"kind\"] === \"Single\"",
    why: "failures say the wrong kind of correlation"
  },
  {
    file: "commands/src/protocol/CommandReader.ts",
    find: "? \"this subject is not one of a command\"",
    replace: "? null",
    why: "commands are accepted on any subject"
  },
  {
    file: "commands/src/protocol/CommandSubject.ts",
    find: "return uuidPattern.test(first) ? { aggregateId: first, type: command.type } : null",
    replace: "return { aggregateId: first, type: command.type }",
    why: "any text in a subject is an organization"
  },
  {
    file: "commands/src/protocol/CommandSubject.ts",
    find: "subject.type !== null && subject.type !== type",
    replace: "subject.type === null",
    why: "a command is accepted on the subject of another one"
  },
  {
    file: "commands/src/protocol/CommandSubject.ts",
    find: "commands.byToken.get(subject.slice(dot + 1))",
    replace: "commands.byToken.get(subject.slice(dot + 1).split(\".\")[0]!)",
    why: "subjects may go on"
  },
  {
    file: "commands/src/protocol/CommandHeaders.ts",
    find: "text.slice(0, 6).toLowerCase()",
    replace: "text.slice(0, 6)",
    why: "TRUE is not true"
  },
  {
    file: "commands/src/protocol/CommandHeaders.ts",
    find: "if (given !== undefined && canonical === null) ignored.push(name)",
    replace: "",
    why: "nobody is told that a header was ignored"
  },
  {
    file: "commands/src/protocol/CommandHeaders.ts",
    find: "trace: readTraceContext(header)",
    replace: "trace: { traceparent: header(\"traceparent\") ?? null, tracestate: header(\"tracestate\") ?? null }",
    why: "any text is passed on as trace context"
  },
  {
    file: "commands/src/client/answerReader.ts",
    find: "reply.status === \"ok\" || !reply.failure.retryable",
    replace: "reply.status === \"ok\"",
    why: "the client asks again after a refusal for good"
  },
  {
    file: "commands/src/client/answerReader.ts",
    find: "(category === \"internal\" || category === \"unavailable\")",
    replace: "category === \"unavailable\"",
    why: "the client takes trouble inside the service for a definite no"
  },
  {
    file: "commands/src/client/Client.ts",
    find: "sending.commandId ?? SecureRandom.uuidV7Unsafe()",
    replace: "SecureRandom.uuidV7Unsafe()",
    why: "the client forgets the id that it was given"
  },
  {
    file: "commands/src/protocol/completeCommand.ts",
    find: "body[\"issued_by\"] ?? envelope.issuedBy ?? headers.actor",
    replace: "headers.actor ?? body[\"issued_by\"] ?? envelope.issuedBy",
    why: "the header wins over the body"
  },
  {
    file: "commands/src/protocol/completeCommand.ts",
    find: "begins && subjectId !== null",
    replace: "subjectId === \"\"",
    why: "an organization is not created under the id in the subject"
  },
  {
    file: "commands/src/protocol/completeCommand.ts",
    find: "causation_id: causationId ?? messageId",
    replace: "causation_id: messageId",
    why: "the causation in the headers is lost"
  },
  {
    file: "commands/src/fields/uuid.ts",
    find: "-[1-8][0-9a-f]{3}-[89ab]",
    replace: "-[0-9a-f][0-9a-f]{3}-[89ab]",
    why: "ids of any version are accepted"
  },
  {
    file: "commands/src/fields/uuid.ts",
    find: "stripDecoration(text.toLowerCase())",
    replace: "stripDecoration(text)",
    why: "ids in upper case are refused"
  },
  {
    file: "commands/src/fields/Identifier.ts",
    find: "\"value\" in value ? value.value : undefined",
    replace: "undefined",
    why: "ids in the older spelling are refused"
  },
  {
    file: "commands/src/protocol/unwrapEnvelope.ts",
    find: "issuedBy: message[\"issued_by\"]",
    replace: "issuedBy: null",
    why: "the issuer in the envelope is lost"
  },
  {
    file: "commands/src/protocol/unwrapEnvelope.ts",
    find: "\"command_type\" in message || ",
    replace: "",
    why: "a command with a field of that name is taken for an envelope"
  },
  {
    file: "commands/src/memory/deriveId.ts",
    find: "\\0${messageId}\\0${slot}",
    replace: "\\0${messageId}",
    why: "all that a command names has the same id"
  },
  {
    file: "commands/src/memory/deriveId.ts",
    find: "messageId.slice(0, 8) + messageId.slice(9, 13)",
    replace: "messageId.slice(0, 8) + digest.slice(8, 12)",
    why: "derived ids lose the millisecond"
  },
  {
    file: "commands/src/fields/choice.ts",
    find: "name !== undefined && others.length === 0 && value[name as keyof typeof value] === null",
    replace: "entry !== undefined && entry[1] === null",
    why: "an object with more than a choice is a choice"
  },
  {
    file: "commands/src/fields/nullable.ts",
    find: "given.value !== null && given.value !== undefined",
    replace: "given.value !== undefined",
    why: "null does not count as missing"
  },
  {
    file: "commands/src/fields/Quantity.ts",
    find: "value === 0 ? 0 : value",
    replace: "value",
    why: "there are two zeros"
  },
  {
    file: "commands/src/fields/Metadata.ts",
    find: "value === 0 ? 0 : value",
    replace: "value",
    why: "there are two zeros in metadata"
  },
  {
    file: "commands/src/protocol/CommandReply.ts",
    find: "created_id: recorded ?? (",
    replace: "created_id: (",
    why: "a repetition is said to have created what it names"
  },
  {
    file: "commands/src/fields/text.ts",
    find: "/^[!-~](?:[ -~]*[!-~])?$/",
    replace: "/^[ -~]*$/",
    why: "the shortcut for plain text leaves the space around it"
  },
  {
    file: "commands/src/fields/textList.ts",
    find: " && value.indexOf(item) === index",
    replace: "",
    why: "the shortcut for short lists keeps what is repeated"
  },
  {
    file: "commands/src/fields/Metadata.ts",
    find: " || hostileKeys.has(key)",
    replace: "",
    why: "the shortcut for flat metadata takes hostile keys"
  },
  {
    file: "commands/src/fields/Metadata.ts",
    find: "size > bytesMax / 6",
    replace: "size > bytesMax",
    why: "the shortcut for flat metadata takes too many bytes"
  },
  {
    file: "commands/src/fields/Quantity.ts",
    find: " && value as number <= maximum",
    replace: "",
    why: "the shortcut for quantities takes any number"
  },
  {
    file: "commands/src/fields/nullable.ts",
    find: "value === null ? undefined : quick(value, options)",
    replace: "value === null ? null : quick(value, options)",
    why: "the shortcut of a field with a default leaves null in it"
  },
  {
    file: "commands/src/protocol/parseJson.ts",
    find: "json.indexOf(\"{\"); at !== -1;",
    replace: "-1; at !== -1;",
    why: "text that nests too deep is not looked at"
  },
  {
    file: "commands/src/fields/Timestamp.ts",
    find: "second !== lastSecond",
    replace: "Number.isNaN(lastSecond)",
    why: "the first second goes on for ever"
  },
  {
    file: "commands/src/protocol/parseJson.ts",
    find: "json.length > 2 * depthMax",
    replace: "json.length > 3 * depthMax",
    why: "stored text that nests too deep is not looked at"
  },
  {
    file: "commands/src/fields/normalText.ts",
    find: "if (!trimmed.isWellFormed()) return",
    replace: "if (false) return",
    why: "half a surrogate pair is stored"
  },
  {
    file: "commands/src/fields/normalText.ts",
    find: "trimmed.length > codePointsMax * unitsPerCodePoint",
    replace: "trimmed.length > codePointsMax",
    why: "decomposed text is too long although composed it is not"
  },
  {
    file: "commands/src/fields/normalText.ts",
    find: "if (hasTooManyMarks(trimmed)) return tooManyMarks",
    replace: "",
    why: "any number of combining marks is put in order"
  },
  {
    file: "commands/src/fields/readMetadata.ts",
    find: "key !== name && Object.hasOwn(given, key)",
    replace: "false",
    why: "of two keys that are one text the last one wins"
  },
  {
    file: "commands/src/fields/readMetadata.ts",
    find: "Math.abs(given) > Number.MAX_SAFE_INTEGER",
    replace: "!Number.isFinite(given)",
    why: "large integers are changed without a word"
  },
  {
    file: "commands/src/fields/Metadata.ts",
    find: "ofCommand && !isPlain(member)",
    replace: "false",
    why: "the shortcut for flat metadata takes any text"
  },
  {
    file: "commands/src/protocol/changedNumbers.ts",
    find: "if (text.length < 16 && !text.includes(\"-\", 1)) return true",
    replace: "if (text.length < 99) return true",
    why: "numbers with too many digits are changed without a word"
  },
  {
    file: "commands/src/protocol/changedNumbers.ts",
    find: "hasLongNumber(json) || hasSmallNumber(json, \"e-\")",
    replace: "hasLongNumber(json)",
    why: "numbers vanish without a word"
  },
  {
    file: "commands/src/protocol/excerpt.ts",
    find: ".toWellFormed()",
    replace: "",
    why: "answers repeat half a surrogate pair"
  },
  {
    file: "commands/src/protocol/unknownFields.ts",
    find: "for (const key of within) {",
    replace: "for (const key of []) {",
    why: "what is unknown within a field is read again and again"
  },
  {
    file: "commands/src/fields/textList.ts",
    find: "Schema.Unknown.check(isAtMost(givenItemsMax))",
    replace: "Schema.Unknown",
    why: "each item of a list without bound is looked at"
  }
]
