/**
 * A device of a real user with Hibiki's own client, in this process, at a real server; what it keeps can be looked at
 * and given to its next start.
 */

import { randomUUID } from "node:crypto"
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import { SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import { type HibikiClient, makeHibikiClient } from "@hibiki/core/client/HibikiClient"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore } from "@hibiki/core/client/outbox/OutboxStore"
import { ClientStoreMemory } from "@hibiki/core/client/store/ClientStoreMemory"
import { type CommandId, type ConversationId, InstanceId } from "@hibiki/core/domain/Ids"
import { socketFactoryWs } from "@hibiki/terminal/session/SocketFactoryWs"
import { Effect, Exit, Layer, Scope } from "effect"
import { waitFor } from "../e2e/harness.ts"
import { accountSources } from "../e2e/kill/accountSources.ts"
import { call } from "../e2e/kill/api.ts"
import type { Account } from "../e2e/kill/load.ts"

export interface TestDevice {
  readonly client: HibikiClient
  /** What its outbox keeps. */
  readonly outbox: () => ReadonlyArray<OutboxRow>
  /** What happened to its sign-in: tags of calls that were refused. */
  readonly refused: () => ReadonlyArray<string>
  /** Hangs up, and connects again. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

/** `rows`: what its last life left in its outbox. `gateway`: where its sockets go, if not to where its calls go. */
export const openDevice = async (
  origin: string,
  account: Account,
  rows: ReadonlyArray<OutboxRow> = [],
  gateway = origin
): Promise<TestDevice> => {
  const kept = new Map(rows.map((row) => [row.id, row]))
  const refused: Array<string> = []
  const ask = <A>(tag: string, payload: unknown): Effect.Effect<A, SourceUnavailable> =>
    Effect.tryPromise({
      try: () => call<A>(origin, tag, payload, account.accessToken),
      catch: (cause) => {
        // A server that is away answers nothing.
        if (cause instanceof Error && cause.message.startsWith(tag)) refused.push(cause.message)
        return new SourceUnavailable({ cause })
      }
    })
  const ports = Layer.mergeAll(
    ClientStoreMemory,
    socketFactoryWs(gateway),
    Layer.succeed(OutboxStore, {
      load: Effect.sync(() => [...kept.values()]),
      put: (changed) => Effect.sync(() => void changed.map((row) => kept.set(row.id, row))),
      remove: (ids) => Effect.sync(() => void ids.map((id) => kept.delete(id)))
    }),
    accountSources(ask)
  )
  const scope = Effect.runSync(Scope.make())
  const options = { device: account.deviceId, viewer: account.userId, instance: InstanceId.make(randomUUID()) }
  const client = await Effect.runPromise(Scope.extend(Effect.provide(makeHibikiClient(options), ports), scope))
  const start = () => Effect.runPromise(client.start)
  await start()
  return {
    client,
    outbox: () => [...kept.values()],
    refused: () => refused,
    start,
    stop: () => Effect.runPromise(client.stop),
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** When it is connected, and shows nothing that it knows to be old. */
export const isLive = ({ client }: TestDevice): Promise<unknown> =>
  waitFor("the device to be live", () => client.status()._tag === "live")

/** Asks for a post and waits until the server has taken it. */
export const postAndWait = async (
  device: TestDevice,
  conversation: ConversationId,
  text: string
): Promise<CommandId> => {
  const sent = device.client.post(conversation, text)
  if (sent._tag === "NotQueued") throw new Error(sent.code)
  await waitFor(`"${text}" to be stored`, () => shownRows(device, conversation).some(({ id }) => id === sent.id))
  return sent.id
}

/** The rows on its screen, oldest first. */
export const shownRows = ({ client }: TestDevice, conversation: ConversationId) => rowsOf(client.feed(conversation))

const rowsOf = (view: FeedView | undefined) =>
  view?.entries.flatMap((entry) => (entry._tag === "row" ? [entry.row] : [])) ?? []

/** What was written there, oldest first. */
export const shownTexts = (device: TestDevice, conversation: ConversationId): ReadonlyArray<string> =>
  shownRows(device, conversation).flatMap((row) => (row.kind === "posted" ? [row.text ?? ""] : []))

/** A group of these, made by the first. */
export const makeGroup = async (
  origin: string,
  [owner, ...others]: readonly [Account, ...ReadonlyArray<Account>]
): Promise<ConversationId> => {
  const id = `0191e2a0-0000-7000${randomUUID().slice(18)}`
  const group = { id, kind: "group", title: "a group", members: others.map(({ userId }) => userId) }
  return (
    await call<{ readonly conversationId: ConversationId }>(origin, "conversation.create", group, owner.accessToken)
  ).conversationId
}
