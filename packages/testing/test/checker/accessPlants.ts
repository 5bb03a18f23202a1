/** Faults in who is cut off: revoked devices, and users who are no members. */
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { Plant } from "./Plant.ts"
import { uuid } from "./Run.ts"

export const accessPlants: ReadonlyArray<Plant> = [
  {
    rule: "recv-after-revoke",
    fault: "a call that is still answered",
    plant: ({ laptop, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id })
      run.close(laptop)
      run.now += 1_001
      run.call(laptop, "conversation.history")
      return run.history()
    }
  },
  {
    rule: "recv-after-revoke",
    fault: "a frame later than is allowed for this one",
    plant: ({ laptop, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id, withinMs: 2_000 })
      run.now += 3_000
      run.receive(laptop, { op: "pong" })
      return run.history()
    }
  },
  {
    rule: "not-a-member",
    fault: "a post of one who has left",
    plant: ({ cat, cats, group, run }) => {
      const id = run.submit(cats, group, { kind: "post", text: "still here" })
      const { at, seq } = run.commit(group, cat, { kind: "posted", text: "still here" }, id)
      run.receive(cats, { op: "accepted", id, conversationId: group, seq, at })
      run.deliver(group)
      run.quiesce()
      return run.history()
    }
  },
  {
    rule: "not-a-member",
    fault: "a reaction of a stranger",
    plant: ({ cat, cats, direct, run }) => {
      const target = run.log(direct).events.find(({ kind }) => kind === "posted")?.seq ?? 0
      const id = run.submit(cats, direct, { kind: "react", target, emoji: "👀" })
      const { at, seq } = run.commit(direct, cat, { kind: "reacted", target, emoji: "👀" }, id)
      run.receive(cats, { op: "accepted", id, conversationId: direct, seq, at })
      run.deliver(direct)
      run.quiesce()
      return run.history()
    }
  },
  {
    rule: "late",
    fault: "nobody is told in time, though nothing is broken",
    plant: ({ group, phone, run }) => {
      run.write({ _tag: "calm" })
      const id = run.submit(phone, group, { kind: "post", text: "anybody?" })
      run.commit(group, phone.user, { kind: "posted", text: "anybody?" }, id)
      run.now += 3_000
      run.deliver(group)
      run.quiesce()
      return run.history()
    }
  },
  {
    rule: "late",
    fault: "one device is told in time only of what came before",
    plant: ({ bens, group, phone, run }) => {
      run.write({ _tag: "calm" })
      run.act(phone, group, { kind: "post", text: "first" })
      const id = run.submit(phone, group, { kind: "post", text: "second" })
      run.commit(group, phone.user, { kind: "posted", text: "second" }, id)
      run.deliver(group, bens)
      run.now += 3_000
      run.deliver(group)
      run.quiesce()
      return run.history()
    }
  },
  {
    rule: "recv-after-revoke",
    fault: "a frame long after",
    plant: ({ laptop, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id })
      run.now += 5_001
      run.receive(laptop, { op: "pong" })
      run.close(laptop)
      return run.history()
    }
  },
  {
    rule: "recv-after-revoke",
    fault: "a socket that stays",
    plant: ({ laptop, phone, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id })
      run.now += 5_001
      run.call(phone, "devices.list")
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "an event above the removal",
    plant: (scene) => {
      const { cats, catLeft, group, run } = scene
      run.receive(cats, { op: "events", conversationId: group, events: run.log(group).events.slice(catLeft) })
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "a page with a row that was changed after the removal",
    plant: ({ bens, cat, cats, catLeft, group, run }) => {
      const hello = run.log(group).events.find((event) => event.kind === "posted" && event.by === cat)
      run.act(bens, group, { kind: "react", target: hello?.seq ?? 0, emoji: "👋" })
      run.log(group).members.set(cat, catLeft)
      const rows = run.rows(cat, group, run.head(group))
      run.log(group).members.delete(cat)
      const call = 1_000
      run.write({ _tag: "called", device: cats.id, call, name: "conversation.history" })
      const changed = run
        .rows(bens.user, group, run.head(group))
        .filter((row) => row.seq === hello?.seq && rows.length > 0)
      run.write({ _tag: "answered", device: cats.id, call, isOk: true, conversationId: group, rows: changed })
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "a page of what was before the joining",
    plant: ({ ann, bens, cat, cats, group, run }) => {
      run.join(group, ann, cat)
      const call = 1_000
      run.write({ _tag: "called", device: cats.id, call, name: "conversation.history" })
      const rows = run.rows(bens.user, group, run.head(group)).slice(-2)
      run.write({ _tag: "answered", device: cats.id, call, isOk: true, conversationId: group, rows })
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "an open history read before its reader had joined",
    plant: ({ ann, cat, cats, phone, run }) => {
      const open = ConversationId.make(uuid(3, 3))
      run.create(phone, open, "all", [ann])
      run.write({ _tag: "called", device: cats.id, call: 1_000, name: "conversation.history" })
      const rows = run.rows(ann, open, run.head(open))
      run.write({ _tag: "answered", device: cats.id, call: 1_000, isOk: true, conversationId: open, rows })
      run.join(open, ann, cat)
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "a page asked for after the last joining, of an earlier membership",
    plant: ({ ann, bens, cat, cats, catLeft, group, run }) => {
      run.join(group, ann, cat)
      run.write({ _tag: "called", device: cats.id, call: 1_000, name: "conversation.history" })
      const rows = run.rows(bens.user, group, run.head(group)).filter((row) => row.seq === catLeft)
      run.write({ _tag: "answered", device: cats.id, call: 1_000, isOk: true, conversationId: group, rows })
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "the new text of a message from before the joining",
    plant: ({ ann, bens, cat, cats, group, run }) => {
      const hello = run.log(group).events.find((event) => event.kind === "posted" && event.by === bens.user)
      run.join(group, ann, cat)
      const body = { kind: "edit", target: hello?.seq ?? 0, text: "hello again" } as const
      const id = run.submit(bens, group, body)
      const event = run.commit(group, bens.user, { kind: "edited", target: body.target, text: body.text }, id)
      run.receive(cats, { op: "events", conversationId: group, events: [event] })
      cats.places.set(group, event.seq)
      run.deliver(group)
      run.quiesce()
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "a direct conversation read by a third",
    plant: ({ cats, direct, run }) => {
      run.receive(cats, { op: "behind", conversationId: direct, head: 0 })
      run.receive(cats, { op: "events", conversationId: direct, events: run.log(direct).events })
      return run.history()
    }
  },
  {
    rule: "leak-to-non-member",
    fault: "history that is still given in the end",
    plant: (scene) => {
      const history = scene.run.history()
      const both = { shown: 0, fresh: 0 }
      history.views.push({
        device: scene.cats.id,
        conversationId: scene.group,
        shown: [],
        fresh: [],
        readUpTo: both,
        marked: both,
        unread: both,
        mentions: both,
        flags: { shown: [], fresh: [] },
        unsettled: []
      })
      return history
    }
  }
]
