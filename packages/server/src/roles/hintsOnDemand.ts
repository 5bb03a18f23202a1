/**
 * Personal hints of a process that seldom has any, such as a command. It connects to Redis and RabbitMQ only to
 * announce them.
 */

import { EventStore } from "@hibiki/core/ports/EventStore"
import { PersonalHints } from "@hibiki/core/ports/PersonalHints"
import { CommitPublisher, PersonalHintsAnnounced } from "@hibiki/core/worker/CommitPublisher"
import { Effect, Layer } from "effect"
import { type ClusterServices, deliveries, routes } from "./services.ts"

/**
 * Each announcement takes as long as its connections may. While RabbitMQ is unreachable the process still raises heads,
 * and gateways compare with them.
 */
export const hintsOnDemand = (services: ClusterServices) =>
  Layer.effect(
    PersonalHints,
    Effect.map(EventStore, (store) => {
      const told = PersonalHintsAnnounced.pipe(
        Layer.provide(CommitPublisher.Default),
        Layer.provide(Layer.merge(routes(services), deliveries(services))),
        Layer.provide(Layer.succeed(EventStore, store))
      )
      return PersonalHints.of({
        announce: (changes) =>
          changes.length === 0
            ? Effect.void
            : Effect.provide(
                Effect.flatMap(PersonalHints, ({ announce }) => announce(changes)),
                told
              )
      })
    })
  )
