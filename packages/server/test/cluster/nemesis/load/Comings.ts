/** Somebody who is added to a conversation and removed again, all the time, whatever is broken. */
import { randomBytes } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import { call } from "../../../e2e/kill/api.ts"
import type { Account } from "../../../e2e/kill/load.ts"

const everyMs = 1_000
const againMs = 250

export class Comings {
  readonly #calls: string
  readonly #owner: Account
  readonly #guest: Account
  readonly #conversationId: ConversationId
  readonly #running: Promise<void>
  #isOver = false
  changes = 0

  constructor(calls: string, owner: Account, guest: Account, conversationId: ConversationId) {
    this.#calls = calls
    this.#owner = owner
    this.#guest = guest
    this.#conversationId = conversationId
    this.#running = this.#run()
  }

  /** Done when the last change is through. */
  end(): Promise<void> {
    this.#isOver = true
    return this.#running
  }

  async #run(): Promise<void> {
    for (let isIn = false; !this.#isOver; isIn = !isIn) {
      await this.#change(isIn)
      await sleep(everyMs)
    }
  }

  /** With one id until it is answered: what was stored the first time is not stored again. */
  async #change(isIn: boolean): Promise<void> {
    const change = { id: uuidV7(Date.now(), randomBytes(10)), conversationId: this.#conversationId }
    const { userId } = this.#guest
    const [tag, body] = isIn
      ? ["conversation.remove", { ...change, userId }]
      : ["conversation.add", { ...change, userIds: [userId] }]
    while (!(await call(this.#calls, `${tag}`, body, this.#owner.accessToken).then(() => true, isFinal))) {
      if (this.#isOver) return
      await sleep(againMs)
    }
    this.changes++
  }
}

/** Whatever is not known yet is asked again; nothing here may be refused. */
const isFinal = (error: unknown): boolean => {
  if (/Refused/.test(String(error))) throw error
  return false
}
