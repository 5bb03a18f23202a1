/**
 * What a push server with the log provider has sent, as its log says. It has to write JSON, down to what is only for
 * debugging.
 */
import type { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"
import type { Member } from "../Cluster.ts"

export interface PushLine {
  readonly isWake: boolean
  readonly device: DeviceId
  readonly conversation: ConversationId
  readonly seq: number
  readonly collapse: string
  readonly reason: string
}

export const pushLogs = { HIBIKI_LOG_FORMAT: "json", HIBIKI_LOG_LEVEL: "debug" } as const

interface LogLine extends Omit<PushLine, "isWake"> {
  readonly message: string
}

/** In the order of its lines. */
export const pushLines = (server: Pick<Member, "stderr">): ReadonlyArray<PushLine> =>
  server
    .stderr()
    .split("\n")
    .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as LogLine] : []))
    .filter(({ message }) => message === wake || message === takenBack)
    .map((line) => ({ ...line, isWake: line.message === wake }))

const [wake, takenBack] = ["Push", "Push taken back"]
