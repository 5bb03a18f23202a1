/** `hibiki seed`: accounts for benches and demonstrations. */
import { randomBytes } from "node:crypto"
import { Command, Options } from "@effect/cli"
import { Effect } from "effect"
import { administer } from "./administer.ts"

const users = Options.integer("users").pipe(Options.withDescription("How many accounts."), Options.withDefault(10))
const prefix = Options.text("prefix").pipe(
  Options.withDescription("Their handles are the prefix and a number."),
  Options.withDefault("seed")
)
const password = Options.text("password").pipe(
  Options.withDescription("Their password; made up and printed when left out."),
  Options.withDefault("")
)

export const seed = Command.make("seed", { users, prefix, password }, ({ users, prefix, password }) =>
  Effect.suspend(() =>
    administer({ op: "seed", users, prefix, password: password === "" ? randomBytes(15).toString("base64url") : password })
  )
).pipe(Command.withDescription("Make accounts for benches and demonstrations. Those that exist are left as they are."))
