/** Runs an administrative command: by the server that holds the folder, or on the folder itself when none does. */

import { RateLimitsLocal } from "@hibiki/core/auth/RateLimitsLocal"
import { TicketsInProcess } from "@hibiki/core/auth/TicketsInProcess"
import { PersonalHintsNone } from "@hibiki/core/users/PersonalHints"
import { Effect, Layer, Logger, Option, Schema } from "effect"
import { backupFolder } from "../../backends/backupFolder.ts"
import { accounts } from "../../roles/accounts.ts"
import { embeddedStores } from "../../roles/embeddedStores.ts"
import { readWhole } from "../chat/profile/atomicFile.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { failed, type Problem } from "../Problem.ts"
import { accountSettings, existingFolder } from "../start/embeddedOptions.ts"
import { startProblem } from "../start/startProblem.ts"
import { AdminAnswer, type AdminRequest } from "./AdminRequest.ts"
import { type AdminDoor, adminDoorPath, decodeDoor } from "./adminDoor.ts"
import { performAdmin } from "./performAdmin.ts"

/** A backup of a large folder takes its time; everything else is quick. */
const askTimeout = "10 minutes"

export const runAdmin = (settings: SettingsValues, request: AdminRequest): Effect.Effect<ReadonlyArray<string>, Problem> =>
  Effect.gen(function* () {
    const folder = yield* existingFolder(settings)
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
          Layer.provideMerge(Layer.merge(TicketsInProcess, RateLimitsLocal)),
          Layer.provideMerge(PersonalHintsNone),
          Layer.provideMerge(embeddedStores({ folder, onStep: () => Effect.void }))
        )
      ).pipe(Effect.mapError(startProblem))
      return yield* Effect.provide(
        performAdmin(request, (path) => backupFolder(folder, path)),
        parts
      )
    })
  ).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
