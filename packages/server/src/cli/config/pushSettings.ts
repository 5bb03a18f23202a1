/** How push notifications are sent, from the settings. */
import { createECDH } from "node:crypto"
import { misconfigured, type Problem } from "@hibiki/node/Problem"
import { Effect, Redacted } from "effect"
import type { WebPushSettings } from "../../push/WebPush.ts"
import type { SettingsValues } from "./Settings.ts"

/** Returns undefined if it is no private key. */
const publicKeyOf = (privateKey: string): string | undefined => {
  if (!/^[\w-]{43}$/.test(privateKey)) return undefined
  try {
    const pair = createECDH("prime256v1")
    pair.setPrivateKey(privateKey, "base64url")
    return pair.getPublicKey("base64url")
  } catch {
    return undefined
  }
}

/** Undefined: each push notification is a line of the log. */
export const pushSettings = ({
  push
}: Pick<SettingsValues, "push">): Effect.Effect<WebPushSettings | undefined, Problem> => {
  const { contact, hosts, privateKey, publicKey } = push
  if (publicKey === undefined && privateKey === undefined && contact === undefined) return Effect.succeed(undefined)
  if (publicKey === undefined || privateKey === undefined || contact === undefined)
    return misconfigured(
      "Web Push needs HIBIKI_PUSH_PUBLIC_KEY, HIBIKI_PUSH_PRIVATE_KEY and HIBIKI_PUSH_CONTACT: set all three, or none."
    )
  if (publicKeyOf(Redacted.value(privateKey)) !== publicKey)
    return misconfigured("HIBIKI_PUSH_PUBLIC_KEY and HIBIKI_PUSH_PRIVATE_KEY are no pair that `hibiki push keys` made.")
  if (!/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(contact))
    return misconfigured(
      "HIBIKI_PUSH_CONTACT must be an address such as mailto:admin@example.org or https://example.org."
    )
  return Effect.succeed({
    publicKey,
    privateKey,
    contact,
    hosts: hosts
      .split(",")
      .map((host) => host.trim())
      .filter((host) => host !== "")
  })
}
