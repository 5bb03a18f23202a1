/** Runs an administrative command: by the server that holds the folder, or on the folder itself when none does. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { PersonalHintsNone } from "@hibiki/core/users/PersonalHints"
import { Effect, Layer, Logger, Option, Schema } from "effect"
import { accounts } from "../../roles/accounts.ts"
import { embeddedStores } from "../../roles/embeddedStores.ts"
import { readWhole } from "../chat/profile/atomicFile.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { failed, misconfigured, type Problem, shown } from "../Problem.ts"
import { accountSettings, dataFolder } from "../start/embeddedOptions.ts"
import { startProblem } from "../start/startProblem.ts"
import { AdminAnswer, type AdminRequest } from "./AdminRequest.ts"
import { type AdminDoor, adminDoorPath, decodeDoor } from "./adminDoor.ts"
import { performAdmin } from "./performAdmin.ts"

/** A backup of a large folder takes its time; everything else is quick. */
const askTimeout = "10 minutes"

export const runAdmin = (settings: SettingsValues, request: AdminRequest): Effect.Effect<ReadonlyArray<string>, Problem> =>
  Effect.gen(function* () {
    const folder = dataFolder(settings)
    if (!existsSync(join(folder, "pg"))) {
      return yield* misconfigured(`${shown(folder)} is no data folder of Hibiki: start a server first, or set HIBIKI_DATA to its folder.`)
    }
    const door = yield* Effect.promise(() => readWhole(adminDoorPath(folder)).catch(() => undefined))
    const answer = yield* Option.match(decodeDoor(door), { onNone: () => Effect.succeedNone, onSome: (found) => ask(found, request) })
    return yield* Option.match(answer, { onNone: () => onFolder(settings, folder, request), onSome: Effect.succeed })
  })

/** None: nobody answers there any more, as after a crash. */
const ask = (door: AdminDoor, request: AdminRequest): Effect.Effect<Option.Option<ReadonlyArray<string>>, Problem> =>
  Effect.tryPromise((signal) =>
    fetch(door.url, { method: "POST", headers: { authorization: `Bearer ${door.secret}` }, body: JSON.stringify(request), signal }).then(
      (response) => (response.ok ? response.text() : Promise.reject(new Error(`status ${response.status}`)))
    )
  ).pipe(
    Effect.timeout(askTimeout),
    Effect.option,
    Effect.flatMap(
      Option.match({
        onNone: () => Effect.succeedNone,
        onSome: (text) =>
          Effect.flatMap(
            Effect.mapError(decodeAnswer(text), () => failed("The server answered what this version does not understand.")),
            (answer) => ("lines" in answer ? Effect.succeedSome(answer.lines) : failed(answer.problem))
          )
      })
    )
  )

const decodeAnswer = Schema.decodeUnknown(Schema.parseJson(AdminAnswer))

const onFolder = (settings: SettingsValues, folder: string, request: AdminRequest): Effect.Effect<ReadonlyArray<string>, Problem> =>
  Effect.scoped(
    Effect.gen(function* () {
      const parts = yield* Layer.build(
        accounts(accountSettings(settings)).pipe(
          Layer.provideMerge(PersonalHintsNone),
          Layer.provideMerge(embeddedStores({ folder, onStep: () => Effect.void }))
        )
      ).pipe(Effect.mapError(startProblem))
      return yield* Effect.provide(performAdmin(folder, request), parts)
    })
  ).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
