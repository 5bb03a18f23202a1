/** `hibiki seed`: accounts for benches and demonstrations. */
import { Command, Options } from "@effect/cli"
import { administer } from "./administer.ts"

const users = Options.integer("users").pipe(Options.withDescription("How many accounts."), Options.withDefault(10))
const prefix = Options.text("prefix").pipe(
  Options.withDescription("Their handles are the prefix and a number."),
  Options.withDefault("seed")
)

export const seed = Command.make("seed", { users, prefix }, ({ users, prefix }) => administer({ op: "seed", users, prefix })).pipe(
  Command.withDescription("Make accounts for benches, with one bot token each, printed as lines `handle token`.")
)
