/**
 * Administrative commands of a cluster. They work on its database itself, since they need nothing else. They notify
 * gateways of changes, and gateways also learn of a revocation from the database.
 */
import { defaultAccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { AccountsAdmin } from "@hibiki/core/accounts/AccountsAdmin"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { misconfigured, type Problem } from "@hibiki/node/Problem"
import { Effect, Layer, Logger } from "effect"
import { accounts } from "../../roles/accounts.ts"
import { hintsOnDemand } from "../../roles/hintsOnDemand.ts"
import { type ClusterServices, postgresStores } from "../../roles/services.ts"
import type { AdminRequest } from "../admin/AdminRequest.ts"
import { performAdmin } from "../admin/performAdmin.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { startProblem } from "../config/startProblem.ts"
import { checkDatabase } from "./checkServices.ts"
import { clusterServices } from "./clusterOptions.ts"

export const administerCluster = (
  settings: Pick<SettingsValues, "services">,
  request: AdminRequest
): Effect.Effect<ReadonlyArray<string>, Problem> =>
  Effect.gen(function* () {
    const services = yield* clusterServices(settings)
    yield* checkDatabase(services)
    return yield* Effect.scoped(
      Effect.flatMap(accountsOf(services), (parts) => Effect.provide(performAdmin(request, backup), parts))
    )
  })

const backup = () =>
  misconfigured("A cluster keeps everything in Postgres: back that up, by pg_dump or as its provider does.")

/** While there is no admin: how to become one. */
export const adminLink = (
  settings: SettingsOf<"setup">,
  services: ClusterServices
): Effect.Effect<ReadonlyArray<string>, Problem> =>
  Effect.scoped(
    Effect.flatMap(accountsOf(services), (parts) =>
      Effect.mapError(
        Effect.provide(
          Effect.flatMap(AccountsAdmin, (admin) => admin.adminInvite()),
          parts
        ),
        startProblem
      )
    )
  ).pipe(
    Effect.map((invite) =>
      invite === undefined
        ? []
        : [
            `  Admin link  ${settings.server.publicUrl?.origin ?? "http://ADDRESS-OF-YOUR-API"}/register#invite=${invite.code}`,
            `              Works once, for ${Math.round(invite.ttlMs / 3_600_000)} hours. The person who registers with it becomes the administrator.`
          ]
    )
  )

/** Limits on what people may do, and how often, do not apply to operators. */
const accountsOf = (services: ClusterServices) =>
  Layer.build(
    accounts(defaultAccountSettings).pipe(
      Layer.provideMerge(Layer.merge(TicketsInProcess, RateLimitsLocal)),
      Layer.provideMerge(hintsOnDemand(services)),
      Layer.provideMerge(postgresStores(services, "admin")),
      Layer.provideMerge(Logger.remove(Logger.defaultLogger))
    )
  ).pipe(Effect.mapError(startProblem))
