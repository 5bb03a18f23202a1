/**
 * A data folder of the embedded mode with people, groups and as many events as wanted, of all kinds, stored as the
 * server stores them.
 */

import type { Command, CommandBody } from "@hibiki/core/commands/Command"
import { parseHandle } from "@hibiki/core/domain/Handle"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { PasswordHasher } from "@hibiki/core/ports/PasswordHasher"
import { Users } from "@hibiki/core/ports/Users"
import { Effect, Either, Layer } from "effect"
import { PasswordHasherArgon2 } from "../../../src/accounts/PasswordHasherArgon2.ts"
import { embeddedStores } from "../../../src/roles/embeddedStores.ts"
import { putEmptyPglite } from "../../pglite/pgliteTemplate.ts"
import { makeCommands, seededRandom } from "../../sql/randomCommands.ts"

export const password = "correct horse battery"
/** Two who use the server, and three of whom random commands are. */
const handles = ["aya", "ben", "one", "two", "three"] as const
const groups = 8
const randomBatches = 60
const batchSize = 250

/** The groups that both are members of. */
export const fillFolder = async (folder: string, events: number): Promise<ReadonlyArray<ConversationId>> => {
  await putEmptyPglite(folder)
  return Effect.runPromise(
    Effect.scoped(Effect.flatMap(Layer.build(stores(folder)), (parts) => Effect.provide(fill(events), parts)))
  )
}

const stores = (folder: string) =>
  Layer.merge(embeddedStores({ folder, onStep: () => Effect.void }), PasswordHasherArgon2)

const fill = (events: number) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { uuid } = seededRandom(1)
    const [aya, ben, ...others] = yield* makeUsers(uuid)
    if (aya === undefined || ben === undefined) return yield* Effect.dieMessage("there are two at least")
    const command = (log: ConversationId, body: CommandBody): Command => ({
      ...{ log, id: CommandId.make(uuid()), by: aya, device: null },
      ...{ epoch: store.epoch, body }
    })
    const rooms = Array.from({ length: groups }, () => ConversationId.make(uuid()))
    const create = { kind: "create", conversationKind: "group", history: "all", members: [ben] } as const
    yield* store.append(rooms.map((log, i) => command(log, { ...create, title: `group ${i}` })))
    const random = makeCommands(7, others, store.epoch)
    yield* store.append(random.beginning())
    for (let i = 0; i < randomBatches; i++) yield* store.append(random.batch())
    for (let i = 0; i < events; i += batchSize) {
      const size = Math.min(batchSize, events - i)
      const room = rooms[(i / batchSize) % groups] as ConversationId
      const posts = Array.from({ length: size }, (_, n) =>
        command(room, { kind: "post", text: `${i + n}: 響き, ${"text ".repeat((i + n) % 30)}` })
      )
      yield* store.append(posts)
    }
    return rooms
  })

const makeUsers = (uuid: () => string) =>
  Effect.gen(function* () {
    const users = yield* Users
    const passwordHash = yield* Effect.flatMap(PasswordHasher, ({ hash }) => hash(password))
    return yield* Effect.forEach(handles, (name) => {
      const userId = UserId.make(uuid())
      const account = {
        userId,
        handle: Either.getOrThrow(parseHandle(name)),
        displayName: name,
        passwordHash,
        admin: name === "aya",
        invite: undefined
      }
      return Effect.as(users.create({ ...account, now: Date.now() }), userId)
    })
  })
