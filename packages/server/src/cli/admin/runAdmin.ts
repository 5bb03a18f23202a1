/** Runs an administrative command: in the server that uses the folder, or on the folder itself if no server does. */
import { request as httpRequest } from "node:http"
import { defaultAccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { PersonalHintsNone } from "@hibiki/core/ports/PersonalHints"
import { readWhole } from "@hibiki/node/atomicFile"
import { failed, type Problem } from "@hibiki/node/Problem"
import { Effect, Layer, Logger, Option, Schema } from "effect"
import { accounts } from "../../roles/accounts.ts"
import { embeddedStores } from "../../roles/embeddedStores.ts"
import { existingFolder, type FolderSettings } from "../config/dataFolder.ts"
import { startProblem } from "../config/startProblem.ts"
import { AdminAnswer, type AdminRequest } from "./AdminRequest.ts"
import { type AdminDoor, adminDoorPath, decodeDoor } from "./adminDoor.ts"
import { backupTo } from "./backupTo.ts"
import { performAdmin } from "./performAdmin.ts"

/**
 * A backup of a large folder is slow; everything else is quick. Not by `fetch`, which gives up after five minutes of
 * silence.
 */
const askTimeout = "1 hour"

export const runAdmin = (
  settings: FolderSettings,
  request: AdminRequest
): Effect.Effect<ReadonlyArray<string>, Problem> =>
  Effect.gen(function* () {
    const folder = yield* existingFolder(settings)
    const door = yield* Effect.promise(() => readWhole(adminDoorPath(folder)).catch(() => undefined))
    const answer = yield* Option.match(decodeDoor(door), {
      onNone: () => Effect.succeedNone,
      onSome: (found) => ask(found, request)
    })
    return yield* Option.match(answer, { onNone: () => onFolder(folder, request), onSome: Effect.succeed })
  })

/** Returns none if nobody answers there any more, for example after a crash. */
const ask = (door: AdminDoor, request: AdminRequest): Effect.Effect<Option.Option<ReadonlyArray<string>>, Problem> =>
  post(door, JSON.stringify(request)).pipe(
    Effect.timeoutFail({
      duration: askTimeout,
      onTimeout: () => failed(`The server has not answered within ${askTimeout}. It may still be at it: its log tells.`)
    }),
    Effect.flatMap((answer) => {
      // 403: another program has got the port of a server that is gone.
      if (answer === undefined || (answer.status !== 200 && answer.status !== 503)) return Effect.succeedNone
      if (answer.status === 503) return failed("The server is busy with other commands: try again in a moment.")
      return Effect.flatMap(
        Effect.mapError(decodeAnswer(answer.text), () =>
          failed("The server answered what this version does not understand.")
        ),
        (answer) => ("lines" in answer ? Effect.succeedSome(answer.lines) : failed(answer.problem))
      )
    })
  )

/** Returns undefined if there is nobody at that address. */
const post = (
  { secret, url }: AdminDoor,
  body: string
): Effect.Effect<{ readonly status: number; readonly text: string } | undefined, Problem> =>
  Effect.async((resume) => {
    const asked = httpRequest(url, { method: "POST", headers: { authorization: `Bearer ${secret}` } }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", () => resume(ended))
      response.on("end", () =>
        resume(Effect.succeed({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }))
      )
    })
    asked.on("error", (error: NodeJS.ErrnoException) =>
      resume(error.code === "ECONNREFUSED" ? Effect.succeed(undefined) : ended)
    )
    asked.end(body)
    return Effect.sync(() => asked.destroy())
  })

const ended = failed("The server ended before it answered: it may have done it, or not.")

const decodeAnswer = Schema.decodeUnknown(Schema.parseJson(AdminAnswer))

/** Limits on what people may do, and how often, do not apply to operators. */
const onFolder = (folder: string, request: AdminRequest): Effect.Effect<ReadonlyArray<string>, Problem> =>
  Effect.scoped(
    Effect.gen(function* () {
      const parts = yield* Layer.build(
        accounts(defaultAccountSettings).pipe(
          Layer.provideMerge(Layer.merge(TicketsInProcess, RateLimitsLocal)),
          Layer.provideMerge(PersonalHintsNone),
          Layer.provideMerge(embeddedStores({ folder, onStep: () => Effect.void }))
        )
      ).pipe(Effect.mapError(startProblem))
      return yield* Effect.provide(performAdmin(request, backupTo(folder)), parts)
    })
  ).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
