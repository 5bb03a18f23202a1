/** Random commands over a few users and conversations, made to meet: repeats, foreign ids, targets that are gone, batches that see themselves. */

import { createHash } from "node:crypto"
import type { Command, CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, Epoch, personalLog, UserId } from "@hibiki/core/domain/Ids"
import { directConversationId, uuidV7 } from "@hibiki/core/domain/Uuid"

/** Numbers that repeat with the seed. */
export const seededRandom = (seed: number) => {
  let count = 0
  const draw = (below: number): number => createHash("sha256").update(`${seed} ${count++}`).digest().readUInt32BE(0) % below
  const pick = <A>(list: ReadonlyArray<A>): A => {
    const found = list[draw(list.length)]
    if (found === undefined) throw new Error("nothing to pick from")
    return found
  }
  const uuid = (): string => uuidV7(1_700_000_000_000 + draw(1_000_000), createHash("sha256").update(`${seed} ${count++}`).digest())
  return { draw, pick, uuid }
}

export const otherEpoch = Epoch.make("00000000-0000-4000-8000-00000000dead")

/** Commands as for a store of epoch `epoch`; earlier ones come again, as they were or changed. */
export const makeCommands = (seed: number, users: ReadonlyArray<UserId>, epoch: Epoch) => {
  const { draw, pick, uuid } = seededRandom(seed)
  const stranger = UserId.make(uuid())
  const rooms = Array.from({ length: 4 }, () => ConversationId.make(uuid()))
  const made: Array<Command> = []
  const user = () => (draw(25) === 0 ? stranger : pick(users))
  const someUsers = () => Array.from({ length: draw(4) }, user)
  const seq = () => draw(11)
  const conversation = (): ConversationId => (draw(5) === 0 ? directConversationId(pick(users), pick(users)) : pick(rooms))

  const emoji = () => pick(["👍", "é", "～"])
  /** Handles as `sameAsMemory` gives them, now and then a longer one, or with another sign. */
  const mention = () => `${pick(["@", "＠", "x@"])}${pick(["ann", "Bob", "cat", "DAN"])}${seed}${pick(["", "!", "x"])}`
  const often = (times: number, body: () => CommandBody) => Array.from({ length: times }, () => body)
  const bodies: ReadonlyArray<() => CommandBody> = [
    ...often(14, () => ({ kind: "post", text: `text ${draw(1_000)} ${mention()}`, ...(draw(3) === 0 ? { replyTo: seq() } : {}) })),
    ...often(6, () => ({ kind: "edit", target: seq(), text: `edit ${pick(["", "@ann", "＠Bob"])}${seed}` })),
    ...often(3, () => ({ kind: "delete", target: seq() })),
    ...often(6, () => ({ kind: "react", target: seq(), emoji: emoji() })),
    ...often(3, () => ({ kind: "unreact", target: seq(), emoji: emoji() })),
    ...often(2, () => ({ kind: "setRole", userId: user(), role: pick(["owner", "admin", "member"]) })),
    ...often(3, () => ({ kind: "add", userIds: [user(), ...someUsers()] })),
    () => ({ kind: "withdraw" }),
    () => ({
      kind: "create",
      conversationKind: pick(["group", "channel"]),
      title: `title ${draw(3)}`,
      history: pick(["all", "joined"]),
      members: someUsers()
    }),
    () => ({ kind: "join" }),
    () => ({ kind: "remove", userId: user() }),
    () => ({ kind: "leave" }),
    () => ({ kind: "rename", title: `title ${draw(3)}` })
  ]

  const fresh = (): Command => {
    const by = pick(users)
    const base = { id: CommandId.make(uuid()), by, device: null, epoch: draw(15) === 0 ? otherEpoch : epoch }
    switch (draw(8)) {
      case 0: {
        const peer = user()
        return { ...base, log: draw(8) === 0 ? conversation() : directConversationId(by, peer), body: { kind: "openDirect", peer } }
      }
      case 1: {
        const kind = pick(["read", "markUnread", "mute", "favourite"] as const)
        const conversationId = draw(10) === 0 ? personalLog(by) : conversation()
        return {
          ...base,
          log: draw(10) === 0 ? conversation() : personalLog(by),
          body:
            kind === "read" || kind === "markUnread" ? { kind, conversationId, upTo: seq() } : { kind, conversationId, on: draw(2) === 0 }
        }
      }
      default:
        return { ...base, log: draw(15) === 0 ? personalLog(pick(users)) : conversation(), body: pick(bodies)() }
    }
  }

  const command = (): Command => {
    if (made.length === 0 || draw(4) !== 0) return fresh()
    const earlier = pick(made)
    switch (draw(5)) {
      case 0:
        return { ...earlier, by: pick(users) }
      case 1:
        return { ...earlier, body: pick(bodies)() }
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
