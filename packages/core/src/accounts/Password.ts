/** What a password may be, and the one form in which it is hashed. */
import { Either } from "effect"
import { type Handle, searchKey } from "../domain/Handle.ts"
import { codePoints } from "../domain/TextRules.ts"
import { passwordMax } from "../protocol/rpc/AuthRpcs.ts"
import { isCommonPassword, isMadeOf } from "./commonPasswords.ts"

export type PasswordProblem = "too_short" | "too_long" | "characters" | "common" | "is_handle"

const passwordMin = 10

/**
 * The form that is hashed (OpaqueString of RFC 8265): spaces of all kinds are one kind, composed letters are composed,
 * and nothing is trimmed or folded. Undefined: it holds what no keyboard types, and so is nobody's password.
 */
export const preparePassword = (typed: string): string | undefined =>
  typed.isWellFormed() && !/\p{Cc}/u.test(typed) ? typed.replace(/\p{Zs}/gu, " ").normalize("NFC") : undefined

/** The prepared form of a password that may be chosen. No rules of composition: length is what counts. */
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

/** Without what parts the words of a handle. */
const unparted = (text: string): string => text.replace(/[ ._-]/g, "")

/** A few characters over and over, as in 1212121212. */
const isRepetition = (password: string): boolean =>
  /^(.{1,4}?)\1+.{0,3}$/su.test(password) && new Set(password).size <= 4
