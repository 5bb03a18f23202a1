/** A chat without a server: conversations as given, an outbox by core's rules, and calls that the test answers. */
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import { Outbox } from "@hibiki/core/client/outbox/Outbox"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { CommandId, ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { ChatContext } from "../src/app/ChatContext.ts"
import { ChatState } from "../src/app/ChatState.ts"
import type { ChatUi } from "../src/app/ChatUi.ts"
import { People } from "../src/app/People.ts"
import { plainChat } from "../src/app/plainChat.ts"
import type { Calls } from "../src/session/Calls.ts"
import type { Session } from "../src/session/Session.ts"

const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
export const conversation = (n: number): ConversationId => ConversationId.make(uuid(n))
const command = (n: number): CommandId => CommandId.make(uuid(n))
const me = { userId: UserId.make(uuid(900)), handle: "alice" }

export const group = (n: number, title: string): ConversationSummary => ({
  conversationId: conversation(n),
  kind: "group",
  title,
  role: "member",
  history: "all",
  members: 2,
  head: 0,
  visibleFrom: 1,
  readUpTo: 0,
  unread: 0
})

export const direct = (n: number, handle: string): ConversationSummary => ({
  ...group(n, ""),
  kind: "direct",
  peer: { userId: UserId.make(uuid(800 + n)), handle, displayName: handle }
})

interface Posted {
  readonly conversationId: ConversationId
  readonly text: string
}

const nothingChanged = {
  status: false,
  conversations: false,
  feeds: new Set<never>(),
  presence: false,
  hints: new Set<never>()
}

export class FakeChat {
  readonly outbox = new Outbox()
  readonly posted: Array<Posted> = []
  readonly said: Array<string> = []
  readonly called: Array<{ readonly tag: string; readonly payload: unknown }> = []
  /** Of a post, when it was taken. */
  onPost: (id: CommandId, conversationId: ConversationId) => void = (id, conversationId) => {
    this.outbox.accepted(conversationId, id)
  }
  readonly #conversations: ReadonlyArray<ConversationSummary>
  readonly #answer: (tag: string) => Effect.Effect<unknown, unknown>
  /** How hidden answers are asked for; undefined: by lines. */
  ask: ChatUi["ask"] | undefined
  isLive = true
  blocked: ReadonlySet<UserId> = new Set()
  /** Whether the profile's credentials are gone. */
  forgotten = false
  #ids = 1_000

  constructor(
    conversations: ReadonlyArray<ConversationSummary>,
    answer: (tag: string) => Effect.Effect<unknown, unknown> = (tag) => Effect.die(`nobody answers ${tag}`)
  ) {
    this.#conversations = conversations
    this.#answer = answer
  }

  /** As a script: its lines, and how it ended. */
  /** To be told to whoever listens next. */
  readonly stayed: Array<OutboxRow> = []

  run(...lines: ReadonlyArray<string>) {
    const left = [...lines]
    const reader = { next: Effect.sync(() => left.shift()) }
    return plainChat(reader, (line) => void this.said.push(line), this.#context, this.ask)
  }

  /** A post that was handed over and is not answered. */
  pend(n: number, conversationId: ConversationId): CommandId {
    const id = command(n)
    this.outbox.add({ id, conversationId, epoch: null, at: 0, body: { kind: "post", text: `post ${n}` } })
    this.outbox.takeFrames(0)
    return id
  }

  get #context(): Omit<ChatContext, "ui"> {
    const calls = (tag: string, payload: unknown) => {
      this.called.push({ tag, payload })
      return this.#answer(tag)
    }
    const credentials = {
      server: "http://127.0.0.1:8080",
      deviceId: DeviceId.make(uuid(901)),
      refreshToken: "refresh",
      ...me
    }
    return {
      client: this.#client,
      calls: calls as unknown as Calls["Type"],
      session: {
        credentials: () => credentials,
        call: (make: (options: object) => unknown) => make({})
      } as unknown as Session,
      people: new People(me),
      state: new ChatState(),
      forget: Effect.sync(() => {
        this.forgotten = true
      })
    }
  }

  get #client(): HibikiClient {
    const { outbox } = this
    const client: Partial<HibikiClient> = {
      status: () => (this.isLive ? { _tag: "live" } : { _tag: "stopped", reason: "revoked" }),
      subscribe: (listener) => {
        const stayed = [...this.stayed.splice(0)]
        if (stayed.length > 0) listener({ ...nothingChanged, stayed })
        return () => {}
      },
      conversations: () => this.#conversations,
      blocked: () => this.blocked,
      feed: () => undefined,
      open: () => () => {},
      inspect: () => ({
        attempts: 1,
        welcomes: 1,
        roundTripMs: undefined,
        outboxRows: outbox.size,
        unsentPosts: outbox.unsentPosts,
        unkept: false,
        epoch: null
      }),
      failed: () => outbox.failed,
      withdraw: (id) => outbox.withdraw(id),
      post: (conversationId, text) => {
        this.posted.push({ conversationId, text })
        const id = this.pend(this.#ids++, conversationId)
        this.onPost(id, conversationId)
        return { _tag: "Queued", id }
      }
    }
    return client as HibikiClient
  }
}
