/**
 * One worker over a memory store whose pieces can be replaced, and all that comes of it, in the order in which it
 * comes.
 */

import { addMemoryUser, ChatMemory } from "@hibiki/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { overService } from "@hibiki/testing/overService"
import { Effect, Layer, Predicate } from "effect"
import type { Command } from "../../src/commands/Command.ts"
import { CommandId, type ConversationId, NodeId, type UserId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { DeliveriesInProcess } from "../../src/inprocess/DeliveriesInProcess.ts"
import { IngressInProcess } from "../../src/inprocess/IngressInProcess.ts"
import { PushQueueInProcess } from "../../src/inprocess/PushQueueInProcess.ts"
import { RoutesInProcess } from "../../src/inprocess/RoutesInProcess.ts"
import { Deliveries } from "../../src/ports/Deliveries.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import {
  Ingress,
  IngressConsumer,
  type IngressMessage,
  type IngressUnavailable,
  type Parked
} from "../../src/ports/Ingress.ts"
import { PushQueue } from "../../src/ports/PushQueue.ts"
import { Routes } from "../../src/ports/Routes.ts"
import type { Answer, Submission } from "../../src/ports/Submission.ts"
import { CommitPublisher } from "../../src/worker/CommitPublisher.ts"
import { WorkerLayer } from "../../src/worker/Worker.ts"
import { group } from "../world/logRuns.ts"
import { until } from "../world/waiting.ts"

export interface WorkerOptions {
  readonly append?: (store: EventStore["Type"]) => EventStore["Type"]["append"]
  readonly publish?: (deliveries: Deliveries["Type"]) => Deliveries["Type"]["publish"]
  readonly park?: () => Effect.Effect<void, IngressUnavailable>
  /** What of a message this worker can read, if not all of it. */
  readonly read?: (message: IngressMessage) => Pick<IngressMessage, "submissions" | "unread">
  readonly isReplayed?: (message: IngressMessage) => boolean
  readonly offer?: (pushes: PushQueue["Type"]) => PushQueue["Type"]["offer"]
  readonly raise?: (routes: Routes["Type"]) => Routes["Type"]["raise"]
}

const nameOf = (submission: unknown) =>
  Predicate.hasProperty(submission, "key") ? submission.key : JSON.stringify(submission)

export const startWorker = (options: WorkerOptions = {}) =>
  Effect.gen(function* () {
    const appended: Array<ReadonlyArray<string>> = []
    const seen: Array<string> = []
    const store = overService(EventStore, (own) => {
      const append = options.append?.(own) ?? own.append
      return EventStore.of({
        ...own,
        append: (commands, options) => {
          appended.push(commands.flatMap(({ body }) => (body.kind === "post" ? [body.text] : [])))
          return append(commands, options)
        }
      })
    })
    const consumer = overService(IngressConsumer, ({ consume }) => ({
      consume: Effect.map(consume, ({ park, ready, take }) => ({
        ready,
        park: (parked: ReadonlyArray<Parked>) =>
          Effect.zipRight(
            Effect.sync(() => seen.push(...parked.map(({ submission }) => `park ${nameOf(submission)}`))),
            Effect.suspend(() => options.park?.() ?? park(parked))
          ),
        take: () =>
          take().map((message) => ({
            ...message,
            ...options.read?.(message),
            isReplayed: options.isReplayed?.(message) ?? message.isReplayed,
            ack: Effect.zipRight(
              Effect.sync(() => seen.push("ack")),
              message.ack
            )
          }))
      }))
    }))
    const ports = Layer.mergeAll(
      EventStoreMemory.pipe(Layer.provideMerge(ChatMemory.layer), store),
      RoutesInProcess.pipe(overService(Routes, (own) => ({ ...own, raise: options.raise?.(own) ?? own.raise }))),
      DeliveriesInProcess.pipe(
        overService(Deliveries, (own) => ({ ...own, publish: options.publish?.(own) ?? own.publish }))
      ),
      IngressInProcess.pipe(consumer),
      PushQueueInProcess.pipe(overService(PushQueue, (own) => ({ offer: options.offer?.(own) ?? own.offer })))
    )
    const context = yield* Layer.build(
      WorkerLayer.pipe(Layer.provideMerge(CommitPublisher.Default), Layer.provideMerge(ports))
    )
    const provide = Effect.provide(context)
    const ann = yield* provide(addMemoryUser("ann"))
    const bob = yield* provide(addMemoryUser("bob"))
    const node = NodeId.make(yield* makeUuidV7)
    const answers = new Map<string, Answer["result"]>()
    const { subscribe } = yield* provide(Deliveries)
    yield* subscribe(node, "api", (envelope) => {
      for (const { key, result } of envelope.answers) {
        answers.set(key, result)
        seen.push(`answer ${key}`)
      }
    })
    const ingress = yield* provide(Ingress)
    const { epoch } = yield* provide(EventStore)
    const submission = (log: ConversationId, text: string, by: UserId = ann) =>
      Effect.map(
        makeUuidV7,
        (id): Submission => ({
          v: 1,
          to: node,
          key: text,
          log,
          commands: [{ log, id: CommandId.make(id), by, device: null, epoch, body: { kind: "post", text } }]
        })
      )
    /** One ingress message with a post each. The text is also the name of the answer. */
    const submit = (...posts: ReadonlyArray<readonly [ConversationId, string]>) =>
      Effect.flatMap(
        Effect.forEach(posts, ([log, text]) => submission(log, text)),
        (batch) => Effect.orDie(ingress.publish(0, batch))
      )
    /** As its sender tries it again: the same command, asked for under another name. */
    const submitAgain = (sent: Submission, key: string, body: Command["body"] = { kind: "post", text: sent.key }) =>
      Effect.orDie(
        ingress.publish(0, [{ ...sent, key, commands: sent.commands.map((command) => ({ ...command, body })) }])
      )
    return {
      submission,
      submitAgain,
      ann,
      bob,
      provide,
      submit,
      appended,
      seen,
      answers,
      newGroup: provide(group(ann, [bob])),
      answered: (...keys: ReadonlyArray<string>) =>
        until(`${keys} are answered`, () => keys.every((key) => answers.has(key))),
      /** The place of an accepted post, or how else it was answered. */
      told: (key: string) => {
        const result = answers.get(key)
        if (result === undefined) return "nothing"
        if (result._tag === "Busy") return result.code
        const outcome = result.outcomes[0]?.result
        return outcome?._tag === "Accepted" ? outcome.seq : outcome?.code
      }
    } as const
  })
