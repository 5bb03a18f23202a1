/** People who are away, one who writes to them, and what was done to wake them. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { waitFor } from "../../e2e/harness.ts"
import { call, register } from "../../e2e/kill/api.ts"
import type { Account, Origins } from "../../e2e/kill/load.ts"
import type { Member } from "../Cluster.ts"
import { isLive, makeGroup, openDevice, postAndWait, shownRows, type TestDevice } from "../TestDevice.ts"
import { type PushLine, pushLines } from "./pushLines.ts"

export interface Crowd {
  readonly people: number
  readonly groups: number
}

/** One push server, and whether it was killed while it sent. */
export interface PushServerSeen {
  readonly server: Pick<Member, "stderr">
  readonly killed: boolean
}

const wokenWithinMs = 60_000

export class Sleepers {
  readonly #origins: Origins
  readonly #writer: TestDevice
  readonly people: ReadonlyArray<Account>
  readonly groups: ReadonlyArray<ConversationId>

  private constructor(
    origins: Origins,
    writer: TestDevice,
    people: ReadonlyArray<Account>,
    groups: ReadonlyArray<ConversationId>
  ) {
    this.#origins = origins
    this.#writer = writer
    this.people = people
    this.groups = groups
  }

  /** `prefix`: of their handles, which end with a number. */
  static async begin(origins: Origins, prefix: string, crowd: Crowd): Promise<Sleepers> {
    const { calls, sockets } = origins
    const writer = await register(calls, `${prefix}writer`)
    const people = await Promise.all(Array.from({ length: crowd.people }, (_, n) => register(calls, `${prefix}${n}`)))
    const groups: Array<ConversationId> = []
    for (let n = 0; n < crowd.groups; n++) groups.push(await makeGroup(calls, [writer, ...people]))
    const device = await openDevice(calls, writer, [], sockets)
    await isLive(device)
    for (const group of groups) device.client.open(group)
    return new Sleepers(origins, device, people, groups)
  }

  /** To each of these groups, or to all. Done when all is stored. */
  async post(text: string, groups = this.groups): Promise<void> {
    for (const group of groups) await postAndWait(this.#writer, group, text)
  }

  /** Those of their pushes that this server says to have sent. */
  wakesOf(server: Pick<Member, "stderr">): ReadonlyArray<PushLine> {
    return this.#linesOf(server).filter(({ isWake }) => isWake)
  }

  /** Done when each device was woken for each group. */
  async areWoken(servers: ReadonlyArray<Pick<Member, "stderr">>, withinMs = wokenWithinMs): Promise<void> {
    const expected = this.people.length * this.groups.length
    const woken = () =>
      new Set(
        servers.flatMap((server) => this.wakesOf(server)).map(({ conversation, device }) => device + conversation)
      )
    await waitFor("everybody to be woken", () => woken().size === expected, withinMs)
  }

  /** One of them comes, reads a group to its end, and goes. Gives how far it has read. */
  async readAll(account: Account, group: ConversationId): Promise<number> {
    const { calls, sockets } = this.#origins
    const device = await openDevice(calls, account, [], sockets)
    try {
      await isLive(device)
      device.client.open(group)
      await waitFor("something to read", () => shownRows(device, group).length > 0)
      const last = shownRows(device, group).at(-1)?.seq ?? 0
      device.client.read(group, last)
      // What the client shows of itself is ahead of what it has sent.
      const readUpTo = async () =>
        (await call<Summary>(calls, "conversation.get", { conversationId: group }, account.accessToken)).readUpTo
      await waitFor("it to be read", async () => (await readUpTo()) >= last)
      return last
    } finally {
      await device.close()
    }
  }

  /** What this server did with pushes for this device and group. */
  linesFor({ deviceId }: Account, group: ConversationId, server: Pick<Member, "stderr">): ReadonlyArray<PushLine> {
    return this.#linesOf(server).filter(({ conversation, device }) => device === deviceId && conversation === group)
  }

  /**
   * What is wrong with how they were woken for one burst that nobody has read: each device is to be, once; once more
   * only if that was under way when its server was killed, and under the same key.
   */
  misses(servers: ReadonlyArray<PushServerSeen>): ReadonlyArray<string> {
    return this.people.flatMap((one) =>
      this.groups.flatMap((group) => {
        const of = (killed: boolean) =>
          servers
            .filter((each) => each.killed === killed)
            .flatMap(({ server }) => this.linesFor(one, group, server))
            .filter(({ isWake }) => isWake)
        const [before, after] = [of(true), of(false)]
        return wakeMisses(before, after, group).map((miss) => `${one.deviceId} in ${group}: ${miss}`)
      })
    )
  }

  close(): Promise<void> {
    return this.#writer.close()
  }

  #linesOf(server: Pick<Member, "stderr">): ReadonlyArray<PushLine> {
    return pushLines(server).filter(({ conversation }) => this.groups.includes(conversation))
  }
}

interface Summary {
  readonly readUpTo: number
}

/** `before`: of servers that were killed. */
const wakeMisses = (
  before: ReadonlyArray<PushLine>,
  after: ReadonlyArray<PushLine>,
  group: ConversationId
): ReadonlyArray<string> => {
  const all = [...before, ...after]
  const otherwise = all.filter(
    ({ collapse, reason }) => collapse !== group.replaceAll("-", "") || reason !== "no device in use"
  )
  return [
    ...(all.length === 0 ? ["never woken"] : []),
    ...(before.length > 1 || after.length > 1
      ? [`woken ${before.length} times before the kill and ${after.length} after it`]
      : []),
    ...(otherwise.length > 0 ? [`woken under another key or for another reason: ${JSON.stringify(otherwise)}`] : [])
  ]
}
