/**
 * Entry of the program `hibiki`: its commands, and their shared parts. Each command loads its own part only when it
 * runs.
 */
import { CliConfig, Command, HelpDoc, Span, ValidationError } from "@effect/cli"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Console, Effect, Layer } from "effect"
import { backup } from "./commands/backup.ts"
import { chat } from "./commands/chat.ts"
import { conversation } from "./commands/conversation.ts"
import { deadLetters } from "./commands/deadLetters.ts"
import { doctor } from "./commands/doctor.ts"
import { exportCommand } from "./commands/exportCommand.ts"
import { importCommand } from "./commands/importCommand.ts"
import { restored } from "./commands/restored.ts"
import { api, gateway, push, worker } from "./commands/roles.ts"
import { seed } from "./commands/seed.ts"
import { setup } from "./commands/setup.ts"
import { start } from "./commands/start.ts"
import { token } from "./commands/token.ts"
import { unknownCommand, usageOf, usageProblem, wholeUsage } from "./commands/usage.ts"
import { user } from "./commands/user.ts"
import { scopeOf } from "./config/commandSettings.ts"
import { Environment } from "./config/Environment.ts"
import { settingsDoc } from "./config/settingsDoc.ts"
import { plainConsole } from "./plainConsole.ts"
import { runMain } from "./runMain.ts"
import { version } from "./version.ts"

const commands = [
  start,
  chat,
  doctor,
  user,
  token,
  conversation,
  backup,
  seed,
  setup,
  api,
  gateway,
  worker,
  push,
  deadLetters,
  restored,
  exportCommand,
  importCommand
] as const

const hibiki = Command.make("hibiki").pipe(
  Command.withDescription(
    "Real-time, multi-device chat. `hibiki start` runs a server, `hibiki chat` is a terminal client."
  ),
  Command.withSubcommands(commands),
  Command.transformHandler(Console.withConsole(plainConsole))
)

const words = process.argv.slice(2)

const main = Command.run(hibiki, {
  name: "Hibiki",
  version,
  executable: "hibiki",
  summary: Span.text("real-time, multi-device chat"),
  footer: HelpDoc.sequence(HelpDoc.p(""), settingsDoc(scopeOf(words)))
})

const usage = usageOf(commands, words)

runMain(
  Effect.suspend(() => unknownCommand(usage) ?? main(process.argv)).pipe(
    Console.withConsole({
      ...plainConsole,
      log: (...values) => plainConsole.log(wholeUsage(usage, values.map(String).join(" "))),
      // The library reports wrong arguments by itself, in words that name no command.
      error: () => Effect.void
    }),
    Effect.catchIf(ValidationError.isValidationError, (error) => usageProblem(usage, error)),
    Effect.provide(Layer.mergeAll(NodeContext.layer, Environment.layer, CliConfig.layer({ showBuiltIns: false })))
  )
)
