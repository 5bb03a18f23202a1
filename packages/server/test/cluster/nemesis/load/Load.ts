/**
 * The load of one round: new people, whose devices write and read in processes of their own, and what all of them wrote
 * down.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { checkHistory, type Violation } from "@hibiki/testing/checker/checkHistory"
import type { History, HistoryEntry } from "@hibiki/testing/checker/History"
import { waitFor } from "../../../e2e/harness.ts"
import { register, signIn } from "../../../e2e/kill/api.ts"
import { comeBack, reachEnd, settleWithinMs } from "../../../e2e/kill/arrivals.ts"
import { Child } from "../../../e2e/kill/Child.ts"
import { type LogRow, logOf, selectLogs } from "../../../e2e/kill/finalLogs.ts"
import type {
  Account,
  Origins,
  Pace,
  Populated,
  ReadersMessage,
  WritersMessage,
  WritersReport
} from "../../../e2e/kill/load.ts"
import { populate } from "../../../e2e/kill/populate.ts"
import { mergeEntries } from "../../../e2e/kill/recording/mergeEntries.ts"
import { now } from "../../../e2e/kill/recording/Recorder.ts"
import { refusals } from "../../../e2e/kill/refusals.ts"
import type { Stage } from "../Stage.ts"
import { Comings } from "./Comings.ts"

/** Ten devices, two posts each in every 100 ms: 200 a second. */
const pace: Pace = { posts: 2, everyMs: 100, lookEveryRounds: 20, screen: 100 }

/** About a second's. */
const ordinarilyUnsent = 200

export interface Judged {
  readonly membershipChanges: number
  readonly history: History
  readonly violations: ReadonlyArray<Violation>
  readonly complaints: ReadonlyArray<string>
}

export class Load {
  readonly #stage: Stage
  readonly #origins: Origins
  readonly #people: Populated
  /** Comes and goes in the busiest conversation. */
  readonly #guest: Account
  readonly #comings: Comings
  readonly #writing = new Child<WritersMessage>("writers/main.ts")
  readonly #reading = new Child<ReadersMessage>("reader/main.ts")
  readonly #entries: Array<HistoryEntry> = []

  private constructor(
    stage: Stage,
    origins: Origins,
    people: Populated,
    guest: Account,
    crowd: ReadonlyArray<Account>
  ) {
    this.#stage = stage
    this.#origins = origins
    this.#people = people
    this.#guest = guest
    const devices = [...people.writers, ...crowd]
    const readers = [...people.readers, guest]
    for (const { deviceId: device, userId } of [...devices, ...readers])
      this.#entries.push({ _tag: "signedIn", device, userId, at: now() })
    this.#reading.tell({ op: "read", origins, accounts: readers })
    this.#writing.tell({ op: "write", origins, pace, devices, conversations: people.conversations })
    this.#comings = new Comings(origins.calls, ownerOf(people), guest, this.conversations[0])
  }

  /** First the one that everybody is in. */
  get conversations(): readonly [busiest: ConversationId, ...others: ReadonlyArray<ConversationId>] {
    const [busiest, ...others] = this.#people.conversations.map(({ conversationId }) => conversationId)
    if (busiest === undefined) throw new Error("nobody has a conversation")
    return [busiest, ...others]
  }

  /** `prefix`: of the handles of these people. `crowd`: devices that are only connected. Done when all write. */
  static async begin(stage: Stage, prefix: string, crowd: number): Promise<Load> {
    const origins = { calls: stage.calls.url, sockets: stage.front.url }
    const people = await populate(origins.calls, prefix)
    const guest = await register(origins.calls, `${prefix}guest`)
    await register(origins.calls, `${prefix}crowd`)
    const connected: Array<Account> = []
    for (let n = 0; n < crowd; n++) connected.push(await signIn(origins.calls, `${prefix}crowd`))
    const load = new Load(stage, origins, people, guest, connected)
    await load.asBefore()
    return load
  }

  /** For figures, and for the reader of a story. `at`: by `now`. */
  note(text: string, at = now()): void {
    this.#entries.push({ _tag: "fault", text, at })
  }

  /**
   * Done when all are live again, and what had gathered meanwhile is sent: else one strike's backlog would meet the
   * next.
   */
  async asBefore(): Promise<void> {
    await comeBack(this.#writing)
    await waitFor(
      "what had gathered to be sent",
      async () => (await this.#writing.ask<number>({ op: "unsent" })) < ordinarilyUnsent
    )
  }

  /** Stops writing, waits until everybody holds everything, and holds the promises against it. */
  async end(withinMs = settleWithinMs): Promise<Judged> {
    const { conversations, readers } = this.#people
    await this.#comings.end()
    const written = await this.#writing.ask<WritersReport>({ op: "finish", withinMs })
    const read = await reachEnd(this.#reading, this.#origins.calls, conversations, readers)
    const entries = mergeEntries([this.#entries, this.#writing.entries, this.#reading.entries])
    const history: History = { entries, logs: await this.#logs(), views: written.views, gone: new Set() }
    const complaints = [...written.complaints, ...read.missing, ...refusals(entries)]
    return { history, violations: checkHistory(history), complaints, membershipChanges: this.#comings.changes }
  }

  abandon(): void {
    this.#writing.kill()
    this.#reading.kill()
  }

  async #logs() {
    const { conversations, writers } = this.#people
    const ids = [
      ...conversations.map(({ conversationId }) => conversationId),
      ...[...writers, this.#guest].map(({ userId }) => userId)
    ]
    const rows = await this.#stage.query<LogRow>(`${selectLogs} where c.id = any($1::uuid[]) order by c.id`, [
      [...new Set<string>(ids)]
    ])
    return rows.map(logOf)
  }
}

/** Made the busiest conversation. */
const ownerOf = ({ writers: [owner] }: Populated): Account => {
  if (owner === undefined) throw new Error("nobody writes")
  return owner
}
