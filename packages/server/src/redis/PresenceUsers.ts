/**
 * Users in Redis under core's rules: read with a version, changed by a rule, and written if nobody else has written
 * meanwhile.
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
import { RedisClients, type RedisError, type RedisScript } from "./RedisClients.ts"

/** Users per script: Redis serves nobody else meanwhile. */
export const slice = 500
/** Smaller, since a user may have many steps. */
const stepsSlice = 100
/** A user who is offline for longer looks like an unknown one. */
export const offlineForMs = 30 * 24 * 3_600_000

export interface UserChange {
  readonly userId: UserId
  readonly before: VersionedUser
  readonly after: UserDevices
}

export const makePresenceUsers = (leaseOf: (life: string) => string) =>
  Effect.map(RedisClients, (clients) => new PresenceUsers(clients, leaseOf))

export class PresenceUsers {
  readonly channel: string
  readonly #leaseOf: (life: string) => string
  readonly #prefixes: { readonly user: string; readonly steps: string; readonly at: string }
  readonly #scripts: Readonly<Record<"users" | "shown" | "steps" | "write", RedisScript>>
  /** Unique to this process, so that no version is written twice. */
  readonly #writer = randomBytes(6).toString("base64url")
  #writes = 0

  constructor({ key, script }: Pick<RedisClients["Type"], "key" | "script">, leaseOf: (life: string) => string) {
    this.channel = key("presence:changed")
    this.#leaseOf = leaseOf
    this.#prefixes = { user: key("presence:user:"), steps: key("presence:steps:"), at: key("presence:at:") }
    this.#scripts = {
      users: script(usersScript),
      shown: script(shownScript),
      steps: script(stepsScript),
      write: script(writeScript)
    }
  }

  /** The key of the users with devices under that life of a gateway. */
  at(life: string): string {
    return this.#prefixes.at + life
  }

  /** Reads at most `slice` users. */
  read(all: ReadonlyArray<UserId>): Effect.Effect<ReadonlyArray<VersionedUser>, RedisError> {
    return Effect.map(this.#scripts.users(this.#userKeys(all), []), (answer) =>
      (answer as ReadonlyArray<ReadonlyArray<string>>).map(userOf)
    )
  }

  /** Returns the users with a device in use. */
  active(all: ReadonlyArray<UserId>): Effect.Effect<ReadonlyArray<UserId>, RedisError> {
    return inSlices(slice, all, (some) =>
      Effect.map(this.read(some), (found) => some.filter((_, i) => isInUse(found[i]?.devices ?? [])))
    )
  }

  /**
   * Writes at most `slice` changes to the devices of that life, and publishes the users of whom others see something
   * new. `leased` says whether the lease of the life must exist or must not. Returns undefined if that is not so, else
   * the changes that came too late.
   */
  write(
    life: string,
    leased: boolean,
    changes: ReadonlyArray<UserChange>
  ): Effect.Effect<ReadonlyArray<UserChange> | undefined, RedisError> {
    const keys = changes.flatMap(({ userId }) => this.#keysOf(userId))
    const bounds = [offlineForMs, 2 * stepsForMs, stepsMax]
    const args = [leased ? 1 : 0, this.channel, ...bounds, ...changes.flatMap((change) => this.#given(life, change))]
    return Effect.map(this.#scripts.write([this.#leaseOf(life), this.at(life), ...keys], args), (answer) =>
      answer === -1 ? undefined : (answer as ReadonlyArray<number>).flatMap((place) => changes[place] ?? [])
    )
  }

  shown(all: ReadonlyArray<UserId>): Effect.Effect<ReadonlyArray<Shown>, RedisError> {
    return inSlices(slice, all, (some) =>
      Effect.map(this.#scripts.shown(this.#userKeys(some), []), (answer) =>
        (answer as ReadonlyArray<string | null>).map(shownOf)
      )
    )
  }

  steps(all: ReadonlyArray<UserId>, since: number): Effect.Effect<ReadonlyArray<PresenceStep>, RedisError> {
    return inSlices(stepsSlice, all, (some) =>
      Effect.map(
        this.#scripts.steps(
          some.flatMap((userId) => this.#keysOf(userId)),
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
  }

  #userKeys(all: ReadonlyArray<UserId>): ReadonlyArray<string> {
    return all.map((userId) => this.#prefixes.user + userId)
  }

  #keysOf(userId: UserId): readonly [user: string, steps: string] {
    return [this.#prefixes.user + userId, this.#prefixes.steps + userId]
  }

  /** The script's arguments for one change. */
  #given(life: string, { after, before, userId }: UserChange): ReadonlyArray<string | number> {
    const fields = fieldsOf(after)
    const changed = after.record !== before.record
    const news = changed ? after.record.steps.map(stepText) : []
    const flags = [after.devices.some((held) => held.node === life), after.devices.length > 0, changed]
    return [
      userId,
      before.version,
      `${this.#writer}${++this.#writes}`,
      ...flags.map(Number),
      fields.length,
      ...fields,
      news.length,
      ...news
    ]
  }
}

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
