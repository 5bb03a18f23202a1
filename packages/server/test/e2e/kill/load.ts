/** What the processes of a kill run tell each other. */
import type { ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { FinalView } from "@hibiki/testing/checker/History"

export interface Account {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly accessToken: string
}

export interface Populated {
  readonly conversations: ReadonlyArray<{
    readonly conversationId: ConversationId
    readonly members: ReadonlyArray<UserId>
  }>
  /** Devices that write, and others that only read, each of its own. */
  readonly writers: ReadonlyArray<Account>
  readonly readers: ReadonlyArray<Account>
}

export interface WritersReport {
  readonly views: ReadonlyArray<FinalView>
  /** What must not happen in this load, and is none of the promises. */
  readonly complaints: ReadonlyArray<string>
}

export interface ReaderReport {
  /** Of each reader, by conversation: up to where it holds the log without a gap. */
  readonly cursors: ReadonlyArray<Readonly<Record<string, number>>>
  readonly complaints: ReadonlyArray<string>
}

/**
 * How one device writes: so many posts at once, so often, and in one of so many rounds a change and a look at its list.
 */
export interface Pace {
  readonly posts: number
  readonly everyMs: number
  readonly lookEveryRounds: number
  /** Rows that are on screen: of a long list only the newest are looked at. */
  readonly screen: number
}

/** Where calls go, and where sockets are opened. */
export interface Origins {
  readonly calls: string
  readonly sockets: string
}

export type WritersMessage =
  | {
      readonly op: "write"
      readonly origins: Origins
      readonly pace: Pace
      readonly devices: ReadonlyArray<Account>
      readonly conversations: Populated["conversations"]
    }
  | { readonly op: "live" | "open" | "unsent" | "hurry" }
  /** Stop writing, and answer when everything is at rest, or not within this time. */
  | { readonly op: "finish"; readonly withinMs: number }
  /** Kill this process as soon as enough sends are open. */
  | { readonly op: "burst"; readonly pid: number }

export type ReadersMessage =
  | { readonly op: "read"; readonly origins: Origins; readonly accounts: ReadonlyArray<Account> }
  | { readonly op: "report" }
