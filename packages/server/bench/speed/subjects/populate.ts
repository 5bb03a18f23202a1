/**
 * A scene in a data folder or a cluster's database, by the product's own stores: accounts, devices, conversations and
 * what was said before.
 */

import type { Command, CommandBody } from "@hibiki/core/commands/Command"
import { parseHandle } from "@hibiki/core/domain/Handle"
import { CommandId, ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Devices } from "@hibiki/core/ports/Devices"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { Users } from "@hibiki/core/ports/Users"
import { Effect } from "effect"
import { embeddedStores } from "../../../src/roles/embeddedStores.ts"
import { type ClusterServices, postgresStores } from "../../../src/roles/services.ts"
import { putEmptyPglite } from "../../../test/pglite/pgliteTemplate.ts"
import { postText } from "../generator/FrameScan.ts"
import type { Scene } from "../Scene.ts"

/** Members that one command may name. */
const namedAtOnce = 400
const commandsAtOnce = 500
const textLength = 100

const account = (device: Scene["devices"][number], place: number) =>
  Effect.gen(function* () {
    const users = yield* Users
    const devices = yield* Devices
    const secrets = yield* Secrets
    const now = Date.now()
    const userId = UserId.make(device.userId)
    const handle = yield* parseHandle(`bench${place}`)
    yield* users.create({
      userId,
      handle,
      displayName: handle,
      passwordHash: undefined,
      admin: false,
      invite: undefined,
      now
    })
    const deviceId = DeviceId.make(device.deviceId)
    const token = {
      accessHash: secrets.hash(device.accessToken),
      accessExpiresAt: undefined,
      refresh: undefined,
      passwordVersion: undefined
    }
    yield* devices.create({ userId, deviceId, name: "bench", kind: "bot", now, ...token })
  })

const decide = (commands: ReadonlyArray<Command>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { decisions } = yield* store.append(commands)
    const other = decisions.find(({ _tag }) => _tag !== "Appended")
    if (other !== undefined) throw new Error(`the scene was not taken: ${JSON.stringify(other)}`)
  })

const conversation = ({ devices, postsBefore }: Scene, { id, members }: Scene["conversations"][number]) =>
  Effect.gen(function* () {
    const { epoch } = yield* EventStore
    const log = ConversationId.make(id)
    const userIds = members.map((place) => UserId.make(devices[place]?.userId ?? ""))
    const [owner] = userIds
    if (owner === undefined) throw new Error("a conversation of nobody")
    const command = (body: CommandBody) =>
      Effect.map(makeUuidV7, (commandId) => ({
        log,
        id: CommandId.make(commandId),
        by: owner,
        device: null,
        epoch,
        body
      }))
    const first = userIds.slice(0, namedAtOnce)
    const commands = [
      yield* command({ kind: "create", conversationKind: "group", title: "bench", history: "all", members: first })
    ]
    for (let from = namedAtOnce; from < userIds.length; from += namedAtOnce)
      commands.push(yield* command({ kind: "add", userIds: userIds.slice(from, from + namedAtOnce) }))
    yield* Effect.forEach(commands, (each) => decide([each]))
    const posts: Array<Command> = []
    for (let i = 0; i < postsBefore; i++) posts.push(yield* command({ kind: "post", text: postText(i, textLength) }))
    return posts
  })

/** Through whichever stores are given. */
const scened = (scene: Scene) =>
  Effect.gen(function* () {
    yield* Effect.forEach(scene.devices, account, { concurrency: 50, discard: true })
    let waiting: Array<Command> = []
    for (const each of scene.conversations) {
      waiting.push(...(yield* conversation(scene, each)))
      if (waiting.length < commandsAtOnce) continue
      yield* decide(waiting)
      waiting = []
    }
    if (waiting.length > 0) yield* decide(waiting)
  })

/** Into a folder that is not there yet. */
export const populate = async (folder: string, scene: Scene): Promise<void> => {
  await putEmptyPglite(folder)
  await scened(scene).pipe(Effect.provide(embeddedStores({ folder, onStep: () => Effect.void })), Effect.runPromise)
}

/** Into the database of a cluster that is set up. */
export const populateCluster = (services: ClusterServices, scene: Scene): Promise<void> =>
  scened(scene).pipe(Effect.provide(postgresStores(services, "bench")), Effect.runPromise)
