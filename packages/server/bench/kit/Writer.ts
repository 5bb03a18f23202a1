/**
 * Posts over a reader's socket: one frame under way, as the protocol has it; what comes meanwhile waits, and its
 * waiting counts.
 */
import { randomBytes } from "node:crypto"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import type { AnswerFrame, LogReader, Sent } from "./LogReader.ts"

interface Post {
  readonly id: string
  readonly text: string
}

export class Writer {
  /** Highest place that was told to this writer. */
  lastSeq = 0
  /** Times that it was asked to wait. */
  busy = 0
  private readonly queue: Array<Post> = []
  private settled: (() => void) | undefined

  constructor(
    private readonly reader: LogReader,
    private readonly conversationId: string,
    private readonly sent: Map<string, Sent>
  ) {
    reader.onAnswer = (frame) => this.take(frame)
  }

  post(text: string, dueMs: number): void {
    const id = uuidV7(Date.now(), randomBytes(10))
    this.sent.set(id, { text, dueMs })
    if (this.queue.push({ id, text }) === 1) this.sendFirst()
  }

  /** Settled when everything is accepted. */
  done(): Promise<void> {
    return this.queue.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.settled = resolve
        })
  }

  private sendFirst(): void {
    const [post] = this.queue
    if (post === undefined) this.settled?.()
    else this.reader.socket.send({ op: "post", conversationId: this.conversationId, posts: [post] })
  }

  private take(frame: AnswerFrame): void {
    if (frame.op === "busy") {
      this.busy++
      setTimeout(() => this.sendFirst(), frame.retryAfterMs)
    } else if (frame.id === this.queue[0]?.id) {
      if (frame.op === "accepted") this.lastSeq = frame.seq
      else this.reader.wrong.push(`refused as ${frame.code}`)
      this.queue.shift()
      this.sendFirst()
    }
  }
}
