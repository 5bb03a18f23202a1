/** `hibiki api`, `hibiki gateway` and `hibiki worker`: one role of a cluster each. */
import { Command } from "@effect/cli"
import { Effect } from "effect"
import type { Role } from "../cluster/startRole.ts"
import { withSettings } from "./withSettings.ts"

const role = (name: Exclude<Role, "all">, description: string) =>
  Command.make(name, {}, () =>
    withSettings((settings) =>
      Effect.flatMap(
        Effect.promise(() => import("../cluster/startRole.ts")),
        ({ startRole }) => startRole(name, settings)
      )
    )
  ).pipe(Command.withDescription(description))

export const api = role("api", "Run one api process of a cluster: it answers calls, and keeps nothing.")
export const gateway = role("gateway", "Run one gateway of a cluster: it holds sockets.")
export const worker = role("worker", "Run one worker of a cluster: it decides, stores and tells.")
