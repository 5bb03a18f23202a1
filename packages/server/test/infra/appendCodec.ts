/** What programs of before give to `hibiki_append`, and what it answers: a batch sorted into plain posts and the rest. */
import { type Command, type CommandBody, namesSeq, usersTouched } from "@hibiki/core/commands/Command"
import type { ConversationId, Epoch } from "@hibiki/core/domain/Ids"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { isUuidV7 } from "@hibiki/core/domain/UuidText"
import type { EventTuple } from "../../src/messages/eventTuple.ts"

export interface Batch {
  readonly json: string
  /** Logs whose commands are posts with different ids: the places of their commands. */
  readonly plain: ReadonlyMap<ConversationId, ReadonlyArray<number>>
}

/** As the function gives it. */
export interface AppendAnswer {
  readonly epoch: Epoch
  readonly stored: ReadonlyArray<readonly [log: ConversationId, head: number, at: number]>
  readonly aside: ReadonlyArray<ConversationId>
  readonly absent: ReadonlyArray<ConversationId>
  readonly decided: ReadonlyArray<
    readonly [
      i: number,
      tag: "appended" | "repeated" | "refused" | "aside",
      seq: number | null,
      at: number | null,
      code: RefusalCode | null
    ]
  >
  readonly changes: ReadonlyArray<readonly [log: ConversationId, head: number, events: ReadonlyArray<EventTuple>]>
}

const fitsLog = ({ body, by, log }: Command): boolean =>
  body.kind === "openDirect" ? log === directConversationId(by, body.peer) : body.kind !== "create" || isUuidV7(log)

export const encodeBatch = (commands: ReadonlyArray<Command>): Batch => {
  const plain = plainLogs(commands)
  const logs = new Set<string>()
  const fresh = new Set<string>()
  const posts = new Posts()
  const ordered: Array<unknown> = []
  for (const [i, command] of commands.entries()) {
    const { body, by, device, id, log } = command
    logs.add(log)
    const places = plain.get(log)
    if (places !== undefined && body.kind === "post") {
      posts.add(i, command, body, places.length)
      continue
    }
    const touched = [...new Set(usersTouched(command))]
    for (const userId of touched) logs.add(userId)
    if (body.kind === "create" || body.kind === "openDirect") fresh.add(log)
    const epoch = namesSeq(body) ? command.epoch : null
    ordered.push({ i, log, id, by_user: by, device, epoch, touched, mismatch: !fitsLog(command), body })
  }
  const json = JSON.stringify({
    logs: [...logs],
    ...(fresh.size > 0 ? { fresh: [...fresh] } : {}),
    ...(posts.isEmpty ? {} : { posts: posts.columns }),
    ...(ordered.length > 0 ? { ordered } : {})
  })
  return { json, plain }
}

type PostBody = Extract<CommandBody, { readonly kind: "post" }>

/** Plain posts by columns, each written as Postgres writes an array. */
class Posts {
  readonly #i: Array<number> = []
  readonly #log: Array<string> = []
  readonly #id: Array<string> = []
  readonly #by: Array<string> = []
  readonly #device: Array<string> = []
  readonly #epoch: Array<string> = []
  readonly #n: Array<number> = []
  readonly #of: Array<number> = []
  readonly #body: Array<Omit<PostBody, "kind">> = []
  readonly #counts = new Map<ConversationId, number>()

  get isEmpty(): boolean {
    return this.#i.length === 0
  }

  /** `of`: posts that the batch holds of its log. */
  add(i: number, { by, device, epoch, id, log }: Command, body: PostBody, of: number): void {
    const n = (this.#counts.get(log) ?? 0) + 1
    this.#counts.set(log, n)
    this.#i.push(i)
    this.#log.push(log)
    this.#id.push(id)
    this.#by.push(by)
    this.#device.push(device ?? none)
    this.#epoch.push(namesSeq(body) ? epoch : none)
    this.#n.push(n)
    this.#of.push(of)
    this.#body.push({ text: body.text, replyTo: body.replyTo })
  }

  get columns() {
    return {
      i: arrayOf(this.#i),
      log: arrayOf(this.#log),
      id: arrayOf(this.#id),
      by: arrayOf(this.#by),
      device: arrayOf(this.#device),
      epoch: arrayOf(this.#epoch),
      n: arrayOf(this.#n),
      of: arrayOf(this.#of),
      body: this.#body
    }
  }
}

const none = "NULL"

/** Of numbers and uuids, which need no quotes: whoever takes a command from outside has looked at the form of its ids. */
const arrayOf = (values: ReadonlyArray<string | number>): string => `{${values.join(",")}}`

// The logs of which the batch holds nothing but posts, each under another id.
const plainLogs = (commands: ReadonlyArray<Command>): Map<ConversationId, Array<number>> => {
  const places = new Map<ConversationId, Array<number>>()
  const others = new Set<ConversationId>()
  const ids = new Set<string>()
  for (const [i, { body, id, log }] of commands.entries()) {
    const key = `${log} ${id}`
    if (body.kind !== "post" || ids.has(key)) others.add(log)
    ids.add(key)
    const list = places.get(log)
    if (list === undefined) places.set(log, [i])
    else list.push(i)
  }
  for (const log of others) places.delete(log)
  return places
}
