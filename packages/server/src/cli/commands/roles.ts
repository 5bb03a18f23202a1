/** `hibiki api`, `gateway`, `worker` and `push`: one role of a cluster each. */
import { Command } from "@effect/cli"
import { Console, Effect } from "effect"
import type { ClusterRole } from "../cluster/startRole.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { administer } from "./administer.ts"
import { conversationId, handleOf, messageNumber } from "./checked.ts"
import { withSettings } from "./withSettings.ts"

const role = (name: Exclude<ClusterRole, "all">, description: string) =>
  Command.make(name, {}, () =>
    withSettings((settings: SettingsOf<"api">) =>
      Effect.flatMap(
        Effect.promise(() => import("../cluster/startRole.ts")),
        ({ startRole }) => startRole(name, settings)
      )
    )
  ).pipe(Command.withDescription(description))

export const api = role("api", "Run one api process of a cluster: it answers calls, and stores nothing itself.")
export const gateway = role("gateway", "Run one gateway of a cluster: it holds the WebSockets of devices.")
/** Also has a subcommand about a single push. */
export const push = role(
  "push",
  "Run one push server of a cluster: it sends Web Push to people whose devices are inactive."
).pipe(
  Command.withSubcommands([
    Command.make(
      "why",
      {
        conversationId,
        seq: messageNumber,
        handle: handleOf("Whom it is about.")
      },
      ({ conversationId, handle, seq }) => administer({ op: "push.why", handle, conversationId, seq })
    ).pipe(
      Command.withDescription(
        "Explain why a person got a push for a message, or got none. Works in the embedded mode, too."
      )
    ),
    Command.make("keys", {}, () =>
      Effect.flatMap(
        Effect.promise(() => import("web-push")),
        ({ default: { generateVAPIDKeys } }) => {
          const { privateKey, publicKey } = generateVAPIDKeys()
          return Console.log(`HIBIKI_PUSH_PUBLIC_KEY=${publicKey}\nHIBIKI_PUSH_PRIVATE_KEY=${privateKey}`)
        }
      )
    ).pipe(Command.withDescription("Make a pair of keys for Web Push."))
  ])
)
export const worker = role("worker", "Run one worker of a cluster: it orders and stores messages, then publishes them.")
