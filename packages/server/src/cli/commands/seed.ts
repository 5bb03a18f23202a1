/** `hibiki seed`: accounts for benches and demonstrations. */
import { randomBytes } from "node:crypto"
import { Command, Options } from "@effect/cli"
import { Effect, Schema } from "effect"
import { SeedPassword, SeedUsers } from "../admin/AdminRequest.ts"
import { administer } from "./administer.ts"
import { checkedOption, nameOption } from "./checked.ts"

const users = checkedOption(
  Options.text("users").pipe(
    Options.withPseudoName("number"),
    Options.withDescription("How many accounts, up to 10000.")
  ),
  Schema.compose(Schema.NumberFromString, SeedUsers),
  (given) => `--users must be a whole number from 1 to 10000, and is ${given}.`
).pipe(Options.withDefault(10))
const prefix = nameOption("prefix", "Their handles are the prefix and a number.", "seed")
const password = checkedOption(
  Options.text("password").pipe(Options.withDescription("Their password; made up and printed when left out.")),
  SeedPassword,
  () => "--password must have at most 512 letters."
).pipe(Options.withDefault(""))

export const seed = Command.make("seed", { users, prefix, password }, ({ users, prefix, password }) =>
  Effect.suspend(() =>
    administer({
      op: "seed",
      users,
      prefix,
      password: password === "" ? randomBytes(15).toString("base64url") : password
    })
  )
).pipe(Command.withDescription("Make accounts for benches and demonstrations. Those that exist are left as they are."))
