/**
 * Runs that went well, each of another seed: people who write, change, withdraw, read, come, go and lose their links at
 * any moment.
 */
import { type CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { type Dice, makeDice } from "../../src/simulation/Dice.ts"
import { type Device, Run, uuid } from "./Run.ts"
import { contentOf, type DeviceBody, type SpoilableHistory } from "./runEvents.ts"

const users = [1, 2, 3, 4].map((n) => UserId.make(uuid(1, n)))
const emoji = ["👍", "🎉", "👀"]

interface Asked {
  readonly id: CommandId
  readonly conversationId: ConversationId
  readonly body: DeviceBody
}

interface RandomRun {
  readonly run: Run
  readonly dice: Dice
  readonly conversations: ReadonlyArray<ConversationId>
  /** What was written offline or lost its answer, by device and in order. */
  readonly waiting: Map<Device, Array<Asked>>
}

export const randomRun = (seed: number, steps: number): SpoilableHistory => {
  const run = new Run()
  const dice = makeDice(seed, "random runs")
  const conversations = [1, 2, 3].map((n) => ConversationId.make(uuid(3, n)))
  const [direct, joined, all] = conversations
  if (direct === undefined || joined === undefined || all === undefined) throw new Error("No conversations")
  users.forEach((user, i) => {
    run.signIn(user, 2 * i + 1)
    if (i < 2) run.signIn(user, 2 * i + 2)
  })
  run.addLog({ id: direct, kind: "direct", history: "all", users: users.slice(0, 2) })
  for (const device of run.devices) if (dice.next() < 0.7) run.open(device)
  for (const [id, history] of [[joined, "joined"] as const, [all, "all"] as const]) {
    const creator = run.devices[0]
    if (creator !== undefined) run.create(creator, id, history, users.slice(0, 2 + dice.below(2)))
  }
  const world: RandomRun = { run, dice, conversations, waiting: new Map() }
  for (let i = 0; i < steps; i++) step(world)
  run.quiesce()
  for (const device of run.devices) {
    goOn(world, device)
    for (const id of conversations) if (run.log(id).members.has(device.user)) run.readAll(device, id)
  }
  return run.history()
}

const pick = <A>(dice: Dice, items: ReadonlyArray<A>): A => {
  const item = items[dice.below(items.length)]
  if (item === undefined) throw new Error("Nothing to pick from")
  return item
}

const step = (world: RandomRun): void => {
  const { conversations, dice, run } = world
  const device = pick(dice, run.devices)
  const conversationId = pick(dice, conversations)
  const isMember = run.log(conversationId).members.has(device.user)
  const chance = dice.next()
  if (chance < 0.1) {
    if (device.socket !== undefined) run.close(device)
    else {
      run.open(device, dice.next() < 0.5 ? 3 : 1_000)
      goOn(world, device)
    }
  } else if (chance < 0.22) changeMembers(world)
  else if (!isMember) return
  else if (chance < 0.3) {
    if (device.socket !== undefined) run.readAll(device, conversationId)
  } else if (chance < 0.35) {
    if (device.socket !== undefined) refuseOne(world, device, conversationId)
  } else write(world, device, conversationId)
}

const changeMembers = ({ conversations, dice, run }: RandomRun): void => {
  const id = pick(dice, conversations.slice(1))
  const user = pick(dice, users.slice(2))
  const [owner] = users
  if (owner === undefined) return
  if (run.log(id).members.has(user)) run.leave(id, owner, user)
  else run.join(id, owner, user)
}

const refuseOne = ({ dice, run }: RandomRun, device: Device, conversationId: ConversationId): void => {
  const id = run.submit(device, conversationId, { kind: "edit", target: 0, text: "nothing" })
  run.refuse(device, conversationId, id, "invalid_target")
  if (dice.next() < 0.5) run.write({ _tag: "dropped", device: device.id, id })
}

const write = (world: RandomRun, device: Device, conversationId: ConversationId): void => {
  const { dice, run, waiting } = world
  const id = run.submit(device, conversationId, randomBody(world, device, conversationId))
  const asked = { id, conversationId, body: bodyOf(run, id) }
  const queue = waiting.get(device) ?? []
  if (device.socket === undefined) {
    if (dice.next() < 0.2) run.write({ _tag: "dropped", device: device.id, id })
    else waiting.set(device, [...queue, asked])
    return
  }
  if (dice.next() < 0.1) {
    // Gone before it arrived: it goes again.
    run.close(device)
    waiting.set(device, [...queue, asked])
    return
  }
  store(run, device, asked)
  if (dice.next() < 0.1) {
    run.deliver(conversationId, device)
    run.close(device)
    waiting.set(device, [...queue, asked])
    return
  }
  // Others may hear of several at once.
  if (dice.next() < 0.3) run.catchUp(device, conversationId)
  else run.deliver(conversationId)
  if (asked.body.kind === "post" && dice.next() < 0.1) withdraw(run, device, asked)
}

const bodyOf = (run: Run, id: CommandId): DeviceBody => {
  for (let i = run.entries.length - 1; i >= 0; i--) {
    const entry = run.entries[i]
    if (entry?._tag === "submitted" && entry.id === id) return entry.body
  }
  throw new Error("Never submitted")
}

const randomBody = ({ dice, run }: RandomRun, device: Device, conversationId: ConversationId): DeviceBody => {
  const from = run.visibleFrom(device.user, conversationId)
  const rows = run
    .rows(device.user, conversationId, run.head(conversationId))
    .filter((row) => row.kind === "posted" && !row.deleted && row.seq >= from)
  const text = `text ${dice.below(1_000)}`
  if (rows.length === 0 || dice.next() < 0.5) return { kind: "post", text }
  const row = pick(dice, rows)
  const chance = dice.next()
  if (chance < 0.3) return { kind: "post", text, replyTo: row.seq }
  if (chance < 0.75) {
    const face = pick(dice, emoji)
    return {
      kind: row.reactions?.some((reaction) => reaction.emoji === face && reaction.mine) ? "unreact" : "react",
      target: row.seq,
      emoji: face
    }
  }
  if (row.by !== device.user) return { kind: "post", text }
  return chance < 0.9 ? { kind: "edit", target: row.seq, text } : { kind: "delete", target: row.seq }
}

const store = (run: Run, device: Device, { body, conversationId, id }: Asked): void => {
  run.commit(conversationId, device.user, contentOf(body), id)
}

const withdraw = (run: Run, device: Device, { conversationId, id }: Asked): void => {
  const post = run.log(conversationId).events.find((event) => event.id === id)
  run.submit(device, conversationId, { kind: "withdraw" }, id)
  run.commit(conversationId, device.user, { kind: "deleted", target: post?.seq ?? 0 })
  run.refuse(device, conversationId, id, "withdrawn")
  run.deliver(conversationId)
}

/**
 * What waited goes out again in its order, and is decided: a repeat gets its first place, and what has no sense any
 * more is refused.
 */
const goOn = (world: RandomRun, device: Device): void => {
  const { run, waiting } = world
  for (const asked of waiting.get(device) ?? []) {
    const { body, conversationId, id } = asked
    run.handOver(device, conversationId, body, id)
    device.pending.delete(id)
    const before = run.log(conversationId).events.find((event) => event.id === id)
    if (before !== undefined)
      run.receive(device, { op: "accepted", id, conversationId, seq: before.seq, at: before.at })
    else if (isPossible(run, device, asked)) {
      device.pending.add(id)
      store(run, device, asked)
      run.deliver(conversationId)
    } else run.refuse(device, conversationId, id, "invalid_target")
  }
  waiting.delete(device)
}

const isPossible = (run: Run, device: Device, { body, conversationId }: Asked): boolean => {
  if (!run.log(conversationId).members.has(device.user)) return false
  const target = body.kind === "post" ? body.replyTo : body.kind === "withdraw" ? undefined : body.target
  if (target === undefined) return true
  const row = run.rows(device.user, conversationId, run.head(conversationId)).find((other) => other.seq === target)
  if (row?.kind !== "posted" || row.deleted === true) return false
  if (body.kind !== "react" && body.kind !== "unreact") return true
  const isMine = row.reactions?.some((reaction) => reaction.emoji === body.emoji && reaction.mine) === true
  return isMine === (body.kind === "unreact")
}
