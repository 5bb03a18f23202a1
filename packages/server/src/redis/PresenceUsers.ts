/**
 * Users in Redis as core's rules see them: read with a version, changed by a rule, and written when nobody else has
 * written meanwhile.
 */
import { randomBytes } from "node:crypto"
import type { UserId } from "@hibiki/core/domain/Ids"
import {
  isInUse,
  type Shown,
  stepsForMs,
  stepsMax,
  stepsSince,
  type UserDevices
} from "@hibiki/core/inprocess/UserRecord"
import type { PresenceStep } from "@hibiki/core/ports/Presence"
import { Effect } from "effect"
import { fieldsOf, shownOf, stepsOf, stepText, userOf, type VersionedUser } from "./presenceCodec.ts"
import { shownScript, stepsScript, usersScript, writeScript } from "./presenceScripts.ts"
import { RedisClients, type RedisError } from "./RedisClients.ts"

/** Users of one script: Redis serves nobody else meanwhile. */
export const slice = 500
/** As steps are many. */
const stepsSlice = 100
/** Who is offline for longer looks as if never heard of. */
export const offlineForMs = 30 * 24 * 3_600_000

export interface UserChange {
  readonly userId: UserId
  readonly before: VersionedUser
  readonly after: UserDevices
}

export const makePresenceUsers = (leaseOf: (life: string) => string) =>
  Effect.map(RedisClients, ({ key, script }) => {
    const [users, shown, steps, write] = [
      script(usersScript),
      script(shownScript),
      script(stepsScript),
      script(writeScript)
    ]
    const channel = key("presence:changed")
    const [userPrefix, stepsPrefix, atPrefix] = [key("presence:user:"), key("presence:steps:"), key("presence:at:")]
    // Of this process and no other: a version is never written twice.
    const writer = randomBytes(6).toString("base64url")
    let writes = 0

    const given = (life: string, { after, before, userId }: UserChange): ReadonlyArray<string | number> => {
      const fields = fieldsOf(after)
      const changed = after.record !== before.record
      const news = changed ? after.record.steps.map(stepText) : []
      const flags = [after.devices.some((held) => held.node === life), after.devices.length > 0, changed]
      return [
        userId,
        before.version,
        `${writer}${++writes}`,
        ...flags.map(Number),
        fields.length,
        ...fields,
        news.length,
        ...news
      ]
    }
    const read = (all: ReadonlyArray<UserId>): Effect.Effect<ReadonlyArray<VersionedUser>, RedisError> =>
      Effect.map(
        users(
          all.map((userId) => userPrefix + userId),
          []
        ),
        (answer) => (answer as ReadonlyArray<ReadonlyArray<string>>).map(userOf)
      )
    return {
      channel,
      /** Who has devices under that life of a gateway. */
      at: (life: string): string => atPrefix + life,
      /** At most `slice`. */
      read,
      /** Those who have a device in use. */
      active: (all: ReadonlyArray<UserId>): Effect.Effect<ReadonlyArray<UserId>, RedisError> =>
        inSlices(slice, all, (some) =>
          Effect.map(read(some), (found) => some.filter((_, i) => isInUse(found[i]?.devices ?? [])))
        ),
      /**
       * At most `slice` changes by what that life has or has no more, as its lease is there or not; those of whom
       * others see something new are published. Undefined: the lease is not so. Else the changes that came too late.
       */
      write: (
        life: string,
        leased: boolean,
        changes: ReadonlyArray<UserChange>
      ): Effect.Effect<ReadonlyArray<UserChange> | undefined, RedisError> => {
        const keys = changes.flatMap(({ userId }) => [userPrefix + userId, stepsPrefix + userId])
        const bounds = [offlineForMs, 2 * stepsForMs, stepsMax]
        const args = [leased ? 1 : 0, channel, ...bounds, ...changes.flatMap((change) => given(life, change))]
        return Effect.map(write([leaseOf(life), atPrefix + life, ...keys], args), (answer) =>
          answer === -1 ? undefined : (answer as ReadonlyArray<number>).flatMap((place) => changes[place] ?? [])
        )
      },
      shown: (all: ReadonlyArray<UserId>): Effect.Effect<ReadonlyArray<Shown>, RedisError> =>
        inSlices(slice, all, (some) =>
          Effect.map(
            shown(
              some.map((userId) => userPrefix + userId),
              []
            ),
            (answer) => (answer as ReadonlyArray<string | null>).map(shownOf)
          )
        ),
      steps: (all: ReadonlyArray<UserId>, since: number): Effect.Effect<ReadonlyArray<PresenceStep>, RedisError> =>
        inSlices(stepsSlice, all, (some) =>
          Effect.map(
            steps(
              some.flatMap((userId) => [userPrefix + userId, stepsPrefix + userId]),
              []
            ),
            (answer) => {
              const read = answer as ReadonlyArray<string | null | ReadonlyArray<string>>
              return some.flatMap((userId, i) => {
                const known = shownOf(read[2 * i] as string | null)
                return stepsSince(
                  userId,
                  { shown: known, steps: stepsOf(known, read[2 * i + 1] as ReadonlyArray<string>) },
                  since
                )
              })
            }
          )
        )
    } as const
  })

export type PresenceUsers = Effect.Effect.Success<ReturnType<typeof makePresenceUsers>>

const inSlices = <A, B>(
  size: number,
  all: ReadonlyArray<A>,
  run: (some: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B>, RedisError>
) =>
  Effect.map(
    Effect.forEach(Array.from({ length: Math.ceil(all.length / size) }), (_, i) =>
      run(all.slice(i * size, (i + 1) * size))
    ),
    (answers) => answers.flat()
  )
