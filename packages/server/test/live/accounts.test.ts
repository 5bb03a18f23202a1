/** The accounts keep their contracts on Postgres, where parallel calls are parallel. */
import { assert, describe, layer } from "@effect/vitest"
import { CommandId } from "@hibiki/core/domain/Ids"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { activitiesContract } from "@hibiki/testing/contracts/ActivitiesContract"
import { adminDirectoryContract } from "@hibiki/testing/contracts/AdminDirectoryContract"
import { auditLogContract } from "@hibiki/testing/contracts/AuditLogContract"
import { accountScene, began } from "@hibiki/testing/contracts/accounts/AccountScene"
import { devicesContract } from "@hibiki/testing/contracts/DevicesContract"
import { invitesContract } from "@hibiki/testing/contracts/InvitesContract"
import { knownNetworksContract } from "@hibiki/testing/contracts/KnownNetworksContract"
import { presenceCountsContract } from "@hibiki/testing/contracts/PresenceCountsContract"
import { sessionsContract } from "@hibiki/testing/contracts/SessionsContract"
import { usersContract } from "@hibiki/testing/contracts/UsersContract"
import { Effect, Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { PresenceCountsSql } from "../../src/sql/PresenceCountsSql.ts"
import { AccountsSql } from "../sql/accountsSql.ts"
import { passForRefreshes } from "../sql/passForRefreshes.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

/** Rounds in which two are to meet: how soon they do is the machine's. */
const roundsMax = 600

describe("accounts on Postgres", () => {
  layer(
    Layer.mergeAll(AccountsSql, EventStoreSql, PresenceCountsSql).pipe(
      Layer.provideMerge(liveClient(8)),
      Layer.provideMerge(freshDatabase)
    )
  )((it) => {
    usersContract({ it, assert })
    devicesContract({ it, assert, pass: passForRefreshes })
    invitesContract({ it, assert })
    sessionsContract({ it, assert })
    activitiesContract({ it, assert })
    knownNetworksContract({ it, assert })
    auditLogContract({ it, assert })
    adminDirectoryContract({ it, assert })
    presenceCountsContract({ it, assert })

    it.effect("no sign-in slips past the disabling of its account", () =>
      Effect.gen(function* () {
        const { devices, newDevice, user, users } = yield* accountScene(assert)
        const { userId } = yield* user()
        const signIn = Effect.map(Effect.flatMap(newDevice(userId), devices.create), (created) =>
          created === undefined ? "refused" : "taken"
        )
        const seen = new Set<string>()
        for (let round = 0; round < 30 || (seen.size < 2 && round < roundsMax); round++) {
          // Begun before all of them, or behind some: in each round another lead.
          const signIns = Array.from({ length: 5 }, () =>
            Effect.asVoid(Effect.map(signIn, (result) => seen.add(result)))
          )
          yield* Effect.all(
            signIns.toSpliced(round % 6, 0, Effect.asVoid(Effect.orDie(users.disable(userId, began)))),
            {
              concurrency: "unbounded"
            }
          )
          assert.deepStrictEqual(yield* devices.list(userId, began), [])
          yield* users.enable(userId)
        }
        // Else they never met.
        assert.deepStrictEqual([...seen].sort(), ["refused", "taken"])
      })
    )

    it.effect("no invite outlasts the disabling of its maker", () =>
      Effect.gen(function* () {
        const { invites, secret, user, users } = yield* accountScene(assert)
        const { userId } = yield* user()
        const seen = new Set<boolean>()
        const invite = Effect.gen(function* () {
          const hash = yield* secret
          seen.add(yield* invites.create({ hash, kind: "member", createdBy: userId, expiresAt: began + 1 }, began))
          return hash
        })
        for (let round = 0; round < 30 || (seen.size < 2 && round < roundsMax); round++) {
          // An invite takes several statements: the disabling comes after none of them, or later.
          const disabling = Effect.zipRight(Effect.repeatN(users.byId(userId), round % 6), users.disable(userId, began))
          const [, ...made] = yield* Effect.all([disabling, invite, invite, invite, invite, invite], {
            concurrency: "unbounded"
          })
          for (const hash of made) assert.strictEqual(yield* invites.find(hash, began), undefined)
          yield* users.enable(userId)
        }
        // Else they never met.
        assert.deepStrictEqual([...seen].sort(), [false, true])
      })
    )

    it.effect("opposite changes of one user at once all end, and number its log without a gap", () =>
      Effect.gen(function* () {
        const { device, devices, events, newDevice, rotate, secret, user, users } = yield* accountScene(assert)
        const store = yield* EventStore
        const [ann, bob] = [yield* user(), yield* user()]
        const openDirect = Effect.map(makeUuidV7, (uuid) => ({
          ...{
            log: directConversationId(ann.userId, bob.userId),
            id: CommandId.make(uuid),
            by: bob.userId,
            device: null,
            epoch: store.epoch
          },
          body: { kind: "openDirect" as const, peer: ann.userId }
        }))
        for (let round = 0; round < 10; round++) {
          const rows = yield* Effect.all(Array.from({ length: 4 }, () => device(ann.userId)))
          const [one, two, three, four] = rows
          if (one === undefined || two === undefined || three === undefined || four === undefined) return
          const shown = one.refresh?.hash ?? one.accessHash
          yield* Effect.all(
            [
              // Parallel uses of a good token and of bad ones: each that waited holds the device's row, and then wants
              // the log.
              rotate(one, shown, began),
              rotate(one, yield* secret, began),
              rotate(one, yield* secret, began),
              rotate(two, yield* secret, began),
              devices.revoke(ann.userId, one.deviceId, began, undefined),
              devices.revoke(ann.userId, two.deviceId, began, undefined),
              devices.revokeAllBut(ann.userId, three.deviceId, began, undefined),
              users.setPassword(ann.userId, `hash ${round}`, { allBut: four.deviceId }, began, undefined),
              users.setDisplayName(ann.userId, `name ${round}`, began),
              devices.create(yield* newDevice(ann.userId)),
              Effect.flatMap(openDirect, (command) => store.append([command]))
            ],
            { concurrency: "unbounded" }
          )
        }
        const log = yield* events(ann.userId)
        assert.deepStrictEqual(
          log.map(({ seq }) => seq),
          log.map((_, index) => index + 1)
        )
        const named = (kind: "deviceAdded" | "deviceRevoked") =>
          log.flatMap((event) => (event.kind === kind ? [event.deviceId] : []))
        assert.strictEqual(
          new Set(named("deviceRevoked")).size,
          named("deviceRevoked").length,
          "each device ended once"
        )
        const living = (yield* devices.list(ann.userId, began)).map(({ deviceId }) => deviceId)
        assert.deepStrictEqual(
          [...living].sort(),
          named("deviceAdded")
            .filter((id) => !named("deviceRevoked").includes(id))
            .sort()
        )
      })
    )
  })
})
