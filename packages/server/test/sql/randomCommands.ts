/**
 * Random commands over a few users and conversations, made to meet: repeats, foreign ids, targets that are gone,
 * batches that see themselves.
 */

import { createHash } from "node:crypto"
import { type Command, type CommandBody, type CommandKindName, everyKind } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, Epoch, personalLog, UserId } from "@hibiki/core/domain/Ids"
import { directConversationId, uuidV7 } from "@hibiki/core/domain/Uuid"
import { anyBody, type BodyParts } from "@hibiki/testing/anyBody"

/** Numbers that repeat with the seed. */
export const seededRandom = (seed: number) => {
  let count = 0
  const draw = (below: number): number =>
    createHash("sha256").update(`${seed} ${count++}`).digest().readUInt32BE(0) % below
  const pick = <A>(list: ReadonlyArray<A>): A => {
    const found = list[draw(list.length)]
    if (found === undefined) throw new Error("nothing to pick from")
    return found
  }
  const uuid = (): string =>
    uuidV7(1_700_000_000_000 + draw(1_000_000), createHash("sha256").update(`${seed} ${count++}`).digest())
  return { draw, pick, uuid }
}

export const otherEpoch = Epoch.make("00000000-0000-4000-8000-00000000dead")

const personalKinds = everyKind().flatMap(({ kind, log }) => (log === "personal" ? [kind] : []))
/**
 * Weights of some kinds: most of those that change members are rare, so that somebody stays to do the rest. An
 * `openDirect` is drawn apart, since its log follows from its body.
 */
const weights: { readonly [K in CommandKindName]?: number } = {
  ...{ post: 14, edit: 6, react: 6, setRole: 2 },
  ...{
    withdraw: 1,
    create: 1,
    join: 1,
    remove: 1,
    leave: 1,
    rename: 1,
    ban: 1,
    unban: 1,
    setRules: 1,
    close: 1,
    reopen: 2,
    openDirect: 0
  }
}
/** The weight of all other kinds together, so that a new kind does not dilute those above. */
const othersWeight = 15
const conversationKinds = everyKind().flatMap(({ kind, log }) => (log === "conversation" ? [kind] : []))
const weighted = conversationKinds.flatMap((kind) => Array.from({ length: weights[kind] ?? 0 }, () => kind))
const others = conversationKinds.filter((kind) => weights[kind] === undefined)

/** Commands as for a store of epoch `epoch`; earlier ones come again, as they were or changed. */
export const makeCommands = (seed: number, users: ReadonlyArray<UserId>, epoch: Epoch) => {
  const { draw, pick, uuid } = seededRandom(seed)
  const stranger = UserId.make(uuid())
  const rooms = Array.from({ length: 4 }, () => ConversationId.make(uuid()))
  const made: Array<Command> = []
  const user = () => (draw(25) === 0 ? stranger : pick(users))
  const someUsers = () => Array.from({ length: draw(4) }, user)
  const seq = () => draw(11)
  const conversation = (): ConversationId =>
    draw(5) === 0 ? directConversationId(pick(users), pick(users)) : pick(rooms)

  /** Handles as `sameAsMemory` gives them, now and then a longer one, or with another sign. */
  const mention = () => `${pick(["@", "＠", "x@"])}${pick(["ann", "Bob", "cat", "DAN"])}${seed}${pick(["", "!", "x"])}`
  /** Each is drawn when a body asks for it. */
  const parts = (conversationId: ConversationId): BodyParts => ({
    conversationId,
    get seq() {
      return seq()
    },
    get userId() {
      return user()
    },
    get userIds() {
      return [user(), ...someUsers()]
    },
    get text() {
      return `text ${draw(1_000)} ${mention()}`
    },
    get title() {
      return `title ${draw(3)}`
    },
    get emoji() {
      return pick(["👍", "é", "～"])
    },
    get whose() {
      return pick(["all", "all", "admins"] as const)
    },
    get slowSeconds() {
      return pick([0, 0, 5] as const)
    },
    get role() {
      return pick(["owner", "admin", "member"] as const)
    },
    get on() {
      return draw(2) === 0
    },
    get replyTo() {
      return draw(3) === 0 ? seq() : undefined
    },
    get asOf() {
      return draw(3) === 0 ? seq() : undefined
    },
    get conversationKind() {
      return pick(["group", "channel"] as const)
    },
    get history() {
      return pick(["all", "joined"] as const)
    }
  })
  const edited = (): CommandBody => ({
    kind: "edit",
    target: seq(),
    text: `edit ${pick(["", "@ann", "＠Bob"])}${seed}`
  })
  const bodyOf = (kind: CommandKindName, conversationId: ConversationId): CommandBody => {
    if (kind === "edit") return edited()
    const body = anyBody(kind, parts(conversationId))
    return body.kind === "create" ? { ...body, members: someUsers() } : body
  }
  const anyKind = () => pick(draw(weighted.length + othersWeight) < weighted.length ? weighted : others)
  const conversationBody = () => bodyOf(anyKind(), conversation())

  const fresh = (): Command => {
    const by = pick(users)
    const base = { id: CommandId.make(uuid()), by, device: null, epoch: draw(15) === 0 ? otherEpoch : epoch }
    switch (draw(8)) {
      case 0: {
        const peer = user()
        return {
          ...base,
          log: draw(8) === 0 ? conversation() : directConversationId(by, peer),
          body: { kind: "openDirect", peer }
        }
      }
      case 1: {
        const body = bodyOf(pick(personalKinds), draw(10) === 0 ? personalLog(by) : conversation())
        return { ...base, log: draw(10) === 0 ? conversation() : personalLog(by), body }
      }
      default:
        return { ...base, log: draw(15) === 0 ? personalLog(pick(users)) : conversation(), body: conversationBody() }
    }
  }

  const command = (): Command => {
    if (made.length === 0 || draw(4) !== 0) return fresh()
    const earlier = pick(made)
    switch (draw(5)) {
      case 0:
        return { ...earlier, by: pick(users) }
      case 1:
        return { ...earlier, body: conversationBody() }
      case 2:
        return { ...earlier, body: { kind: "withdraw" } }
      default:
        return earlier
    }
  }

  return {
    rooms,
    /** Makes most of the rooms, with most of the users. */
    beginning: (): ReadonlyArray<Command> => {
      const commands = rooms.slice(1).map((log): Command => {
        const members = users.filter(() => draw(4) !== 0)
        const body: CommandBody = {
          kind: "create",
          conversationKind: pick(["group", "channel"]),
          title: `title ${draw(3)}`,
          history: pick(["all", "joined"]),
          members
        }
        return { log, id: CommandId.make(uuid()), by: pick(users), device: null, epoch, body }
      })
      made.push(...commands)
      return commands
    },
    batch: (): ReadonlyArray<Command> => {
      const commands = Array.from({ length: 1 + draw(12) }, command)
      made.push(...commands)
      return commands
    },
    /** The ids that commands bear; all others were made by a store. */
    isCommandId: (id: string) => made.some((command) => command.id === id)
  }
}
