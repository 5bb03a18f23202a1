/** `hibiki dead-letters`: the submissions that no worker could take, as lines for operators. */

import { inertFields } from "@hibiki/node/inertText"
import { ExitCode, failed, misconfigured, Problem, shown } from "@hibiki/node/Problem"
import { Console, Effect, type Redacted } from "effect"
import type { BrokerProblem } from "../../rabbit/BrokerProblem.ts"
import {
  type Chosen,
  type DeadLetter,
  dropDeadLetters,
  type Handled,
  listDeadLetters,
  replayDeadLetters
} from "../../rabbit/RabbitDeadLetters.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { modeOf } from "../config/modeOf.ts"
import { asProblem } from "./checkServices.ts"
import { keptSentences, others } from "./keptSentences.ts"

export type DeadLettersRequest =
  | { readonly op: "list"; readonly withText: boolean }
  | { readonly op: "replay"; readonly names: ReadonlyArray<string>; readonly all: boolean }
  | { readonly op: "drop"; readonly names: ReadonlyArray<string>; readonly all: boolean; readonly yes: boolean }

export const handleDeadLetters = (
  settings: SettingsOf<"dead-letters">,
  request: DeadLettersRequest
): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    if ((yield* modeOf(settings)) === "embedded" || settings.services.amqpUrl === undefined) return yield* onlyClusters
    const url = settings.services.amqpUrl
    if (request.op === "list") return yield* list(url, request.withText)
    const chosen = yield* chosenOf(request)
    if (request.op === "replay") return yield* report("replayed", replayDeadLetters(url, chosen))
    if (!request.yes)
      return yield* usage(
        "Dropped letters are gone for good: say --yes, or look at them first with `hibiki dead-letters list`."
      )
    yield* report("dropped", dropDeadLetters(url, chosen))
  })

const onlyClusters = misconfigured(
  "Dead letters are what no worker of a cluster could take, and wait in RabbitMQ until somebody looks: the embedded mode has none."
)

const usage = (sentence: string): Problem => new Problem({ sentence, exitCode: ExitCode.usage })

const chosenOf = ({
  all,
  names
}: {
  readonly names: ReadonlyArray<string>
  readonly all: boolean
}): Effect.Effect<Chosen, Problem> =>
  all === names.length > 0
    ? usage("Say which letters: their names or the ids of commands in them, or --all.")
    : Effect.succeed(all ? "all" : names)

const header = ["letter", "time", "partition", "reason", "command", "kind"]

const list = (url: Redacted.Redacted, withText: boolean): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const { beyond, letters } = yield* asProblem(listDeadLetters(url, withText))
    if (letters.length === 0) return yield* Console.log("No dead letters.")
    yield* Console.log([...header, ...(withText ? ["text"] : [])].join("\t"))
    for (const letter of letters) for (const line of linesOf(letter)) yield* Console.log(line)
    if (beyond > 0) yield* Console.error(`${beyond} more wait behind these.`)
  })

/** The most commands shown of one letter: a gateway puts up to 200 into a batch. */
const commandsShown = 20

/** A line for each command. */
const linesOf = ({ at, commands, name, partition, reason, bytes }: DeadLetter): ReadonlyArray<string> => {
  const letter = [name, at === undefined ? "?" : new Date(at).toISOString(), String(partition ?? "?"), shown(reason)]
  const line = (...fields: ReadonlyArray<string>) => inertFields([...letter, ...fields])
  if (commands === undefined) return [line("?", `unreadable, ${bytes} bytes`)]
  const lines = commands
    .slice(0, commandsShown)
    .map(({ id, isReadable, kind, text }) =>
      line(id, isReadable ? kind : `${kind}, unreadable`, ...(text === undefined ? [] : [text]))
    )
  const more = commands.length - lines.length
  return more > 0 ? [...lines, line("...", `${more} more`)] : lines
}

const report = (
  what: "replayed" | "dropped",
  handle: Effect.Effect<Handled, BrokerProblem>
): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const { beyond, done, kept, unknown } = yield* asProblem(handle)
    yield* Console.log(`Letters ${what}: ${done.length}.`)
    if (beyond > 0)
      yield* Console.log(`${beyond} more wait behind those that were looked at: run it again for the next ones.`)
    const [firstUnknown] = unknown
    const asked =
      firstUnknown === undefined
        ? []
        : [`No dead letter has this name or command: ${shown(firstUnknown)}${others(unknown)}.`]
    const [first, ...further] = [...asked, ...keptSentences(kept)]
    for (const sentence of further) yield* Console.error(sentence)
    if (first !== undefined) return yield* failed(first)
  })
