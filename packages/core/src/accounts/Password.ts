/** The rules for passwords, and the one form in which they are hashed. */
import { Either } from "effect"
import { type Handle, searchKey } from "../domain/Handle.ts"
import { codePoints } from "../domain/TextRules.ts"
import { passwordMax } from "../protocol/rpc/AuthRpcs.ts"
import { isCommonPassword, isMadeOf } from "./commonPasswords.ts"

export type PasswordProblem = "too_short" | "too_long" | "characters" | "common" | "is_handle"

const passwordMin = 10

/**
 * Returns the form that is hashed (OpaqueString of RFC 8265): all kinds of spaces become one, composed letters are
 * composed, and nothing is trimmed or folded. Undefined: it has characters that no keyboard types, so it is nobody's
 * password.
 */
export const preparePassword = (typed: string): string | undefined =>
  typed.isWellFormed() && !/\p{Cc}/u.test(typed) ? typed.replace(/\p{Zs}/gu, " ").normalize("NFC") : undefined

/** Returns the prepared form of a password that may be chosen. No rules of composition: length is what counts. */
export const choosePassword = (typed: string, handle: Handle): Either.Either<string, PasswordProblem> => {
  const password = preparePassword(typed)
  if (password === undefined) return Either.left("characters")
  const length = codePoints(password, passwordMax)
  if (length < passwordMin) return Either.left("too_short")
  if (length > passwordMax) return Either.left("too_long")
  const folded = searchKey(password)
  const name = unparted(handle)
  if (isMadeOf(folded, (word) => unparted(word) === name)) return Either.left("is_handle")
  return isCommonPassword(folded) || isRepetition(password) ? Either.left("common") : Either.right(password)
}

/** Removes the separators between the words of a handle. */
const unparted = (text: string): string => text.replace(/[ ._-]/g, "")

/** A few characters repeated, as in 1212121212. */
const isRepetition = (password: string): boolean =>
  /^(.{1,4}?)\1+.{0,3}$/su.test(password) && new Set(password).size <= 4
