/** A run in which a bit of everything happened, and nothing went wrong. */
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { type Device, Run, uuid } from "./Run.ts"

export interface Scene {
  readonly run: Run
  readonly ann: UserId
  readonly ben: UserId
  /** Was in the group for a while. */
  readonly cat: UserId
  readonly phone: Device
  readonly laptop: Device
  readonly bens: Device
  readonly cats: Device
  /** Shows members what came since they joined. */
  readonly group: ConversationId
  readonly direct: ConversationId
  /** Ann's first post in the group. */
  readonly first: number
  readonly catLeft: number
}

export const makeScene = (): Scene => {
  const run = new Run()
  const [ann, ben, cat] = [UserId.make(uuid(1, 1)), UserId.make(uuid(1, 2)), UserId.make(uuid(1, 3))]
  const [group, direct] = [ConversationId.make(uuid(3, 1)), ConversationId.make(uuid(3, 2))]
  const phone = run.signIn(ann, 1)
  const laptop = run.signIn(ann, 2)
  const bens = run.signIn(ben, 3)
  const cats = run.signIn(cat, 4)
  run.addLog({ id: direct, kind: "direct", history: "all", users: [ann, ben] })
  for (const device of [phone, laptop, bens, cats]) run.open(device)
  run.call(phone, "conversation.create")
  run.create(phone, group, "joined", [ann, ben])
  const first = run.act(phone, group, { kind: "post", text: "one" })
  run.act(phone, group, { kind: "post", text: "two" })
  run.act(bens, group, { kind: "post", text: "and three", replyTo: first })
  run.act(phone, group, { kind: "edit", target: first, text: "One" })
  run.close(laptop)
  run.act(bens, group, { kind: "react", target: first, emoji: "👍" })
  run.readAll(bens, group)
  run.join(group, ann, cat)
  run.act(cats, group, { kind: "post", text: "hello" })
  run.act(bens, group, { kind: "unreact", target: first, emoji: "👍" })
  const refused = run.submit(bens, group, { kind: "edit", target: first, text: "mine" })
  run.refuse(bens, group, refused, "forbidden")
  const regretted = run.act(phone, group, { kind: "post", text: "oh no", replyTo: first })
  run.act(phone, group, { kind: "delete", target: regretted })
  takeBack(run, phone, group)
  run.leave(group, ann, cat)
  const catLeft = run.head(group)
  run.open(laptop)
  run.act(bens, group, { kind: "post", text: "she is gone" })
  run.act(laptop, direct, { kind: "post", text: "only you" })
  sendsAgain(run, phone, direct)
  run.readAll(phone, group)
  run.readAll(bens, group)
  run.quiesce()
  return { run, ann, ben, cat, phone, laptop, bens, cats, group, direct, first, catLeft }
}

/** A post that is stored and then withdrawn, and one that is withdrawn before it is stored. */
const takeBack = (run: Run, device: Device, conversationId: ConversationId): void => {
  const stored = run.submit(device, conversationId, { kind: "post", text: "stored, then not" })
  const { seq } = run.commit(conversationId, device.user, { kind: "posted", text: "stored, then not" }, stored)
  run.deliver(conversationId)
  run.submit(device, conversationId, { kind: "withdraw" }, stored)
  run.commit(conversationId, device.user, { kind: "deleted", target: seq })
  run.refuse(device, conversationId, stored, "withdrawn")
  run.deliver(conversationId)
  const early = run.submit(device, conversationId, { kind: "post", text: "never" })
  run.submit(device, conversationId, { kind: "withdraw" }, early)
  run.refuse(device, conversationId, early, "withdrawn")
}

/** Its answer is lost with the socket; the same id goes again and gets the same place, told outside of the stream. */
const sendsAgain = (run: Run, device: Device, conversationId: ConversationId): void => {
  const id = run.submit(device, conversationId, { kind: "post", text: "did it go?" })
  const { at, seq } = run.commit(conversationId, device.user, { kind: "posted", text: "did it go?" }, id)
  run.deliver(conversationId, device)
  run.close(device)
  run.open(device)
  run.handOver(device, conversationId, { kind: "post", text: "did it go?" }, id)
  run.receive(device, { op: "accepted", id, conversationId, seq, at })
  device.pending.clear()
  const range = { from: seq, to: seq }
  run.send(device, { op: "range", conversationId, ...range })
  run.receive(device, { op: "events", conversationId, events: run.log(conversationId).events.slice(seq - 1) })
}
