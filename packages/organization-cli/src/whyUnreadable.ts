import type { PlatformError } from "effect/PlatformError"

const reasons: Readonly<Record<string, string>> = {
  NotFound: "there is no such file",
  PermissionDenied: "permission denied"
}

/** Why a file cannot be read, in words. */
export const whyUnreadable = ({ message, reason }: PlatformError): string => reasons[reason._tag] ?? message
