/** Secrets by node's crypto, with the server's key. */

import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type SecretHash, Secrets } from "@hibiki/core/ports/Secrets"
import { Data, Effect, Layer, Redacted } from "effect"

/** The minimum for a key given by hand; 32 random bytes in base64 are 44. */
export const secretKeyMin = 32

/** The key file can't be read or written. */
export class SecretKeyProblem extends Data.TaggedError("SecretKeyProblem")<{
  readonly path: string
  readonly cause: unknown
}> {}

/**
 * Uses a key that all api processes of one store share. Another key invalidates only the answers to refresh tokens that
 * are repeated at that moment. Everything derived with the key comes from secrets that no store has: key and store
 * together let nobody in.
 */
export const secretsNode = (key: Redacted.Redacted) =>
  Layer.sync(Secrets, () => {
    const mac = (text: string) => createHmac("sha256", Redacted.value(key)).update(text).digest()
    return Secrets.of({
      make: Effect.sync(() => randomBytes(32).toString("base64url")),
      hash: (secret) => createHash("sha256").update(secret).digest("base64url") as SecretHash,
      derive: (name) => mac(name).toString("base64url"),
      ...makeSeals((day) => mac(`names of day ${day}`).subarray(0, 16))
    })
  })

const dayMs = 86_400_000
/** 16 bytes in base64url, then the last digit of the day. */
const sealedForm = /^[\w-]{22}\d$/
const cipherName = "aes-128-ecb"

/** One block of AES for one id: a permutation of all ids, so that nothing needs to be stored. */
const makeSeals = (makeKey: (day: number) => Buffer): Pick<Secrets["Type"], "seal" | "open"> => {
  let latest: { readonly day: number; readonly key: Buffer } | undefined
  const keyOf = (day: number): Buffer => {
    if (latest?.day !== day) latest = { day, key: makeKey(day) }
    return latest.key
  }
  return {
    seal: (id, atMs) => {
      const day = Math.floor(atMs / dayMs)
      const cipher = createCipheriv(cipherName, keyOf(day), null).setAutoPadding(false)
      const block = Buffer.concat([cipher.update(Buffer.from(id.replaceAll("-", ""), "hex")), cipher.final()])
      return `${block.toString("base64url")}${day % 10}`
    },
    open: (sealed, atMs) => {
      if (!sealedForm.test(sealed)) return undefined
      const today = Math.floor(atMs / dayMs)
      const day = [today, today - 1].find((each) => each % 10 === Number(sealed.at(-1)))
      if (day === undefined) return undefined
      const cipher = createDecipheriv(cipherName, makeKey(day), null).setAutoPadding(false)
      const block = Buffer.concat([cipher.update(Buffer.from(sealed.slice(0, -1), "base64url")), cipher.final()])
      return block.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
    }
  }
}

/**
 * Uses the key in `folder`, created at the first start and readable by its owner only. One process at a time works in a
 * folder.
 */
export const secretsNodeIn = (folder: string) => Layer.unwrapEffect(Effect.map(keyIn(folder), secretsNode))

const keyIn = (folder: string): Effect.Effect<Redacted.Redacted, SecretKeyProblem> => {
  const path = join(folder, "secret-key")
  return Effect.try({
    try: () => {
      mkdirSync(folder, { recursive: true })
      if (!existsSync(path)) {
        // Renamed once complete: if this start is killed here, it leaves no truncated key, which no later start would
        // accept.
        const fresh = `${path}.new`
        writeFileSync(fresh, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 })
        renameSync(fresh, path)
      }
      const key = readFileSync(path, "utf8").trim()
      if (key.length < secretKeyMin) throw new Error("the key is too short")
      return Redacted.make(key)
    },
    catch: (cause) => new SecretKeyProblem({ path, cause })
  })
}
