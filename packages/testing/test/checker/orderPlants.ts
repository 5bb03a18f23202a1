/** Faults in the order of a log and of lists on screen. */
import { CommandId, personalLog } from "@hibiki/core/domain/Ids"
import { type Plant, rowOfView, stored, viewOf } from "./Plant.ts"

export const orderPlants: ReadonlyArray<Plant> = [
  {
    rule: "one-message-per-seq",
    fault: "two devices that see different messages at one place",
    plant: (scene) => {
      const event = stored(scene)
      scene.run.deliver(scene.group, scene.bens)
      scene.run.receive(scene.bens, {
        op: "events",
        conversationId: scene.group,
        events: [{ ...event, id: scene.run.freshId() }]
      })
      return scene.run.history()
    }
  },
  {
    rule: "one-message-per-seq",
    fault: "a message that one device sees with another text",
    plant: (scene) => {
      const { at, by, id, seq } = stored(scene)
      scene.run.deliver(scene.group, scene.bens)
      const told = { seq, id, by, at, kind: "posted", text: "news!" } as const
      scene.run.receive(scene.bens, { op: "events", conversationId: scene.group, events: [told] })
      return scene.run.history()
    }
  },
  {
    rule: "one-message-per-seq",
    fault: "a row on screen that is another message than the log's",
    plant: (scene) => {
      const { bens, first, group, run } = scene
      const row = run.rows(bens.user, group, run.head(group)).find((other) => other.seq === first)
      if (row === undefined) throw new Error("No such row")
      const wrong = { ...row, id: CommandId.make(row.id.replace(/^0/, "f")) }
      run.write({
        _tag: "shown",
        device: bens.id,
        conversationId: group,
        entries: [{ _tag: "row", row: wrong, stale: false, changing: false }]
      })
      return run.history()
    }
  },
  {
    rule: "seq-gap",
    fault: "a log that left a number out",
    plant: ({ ann, run }) => {
      const log = personalLog(ann)
      run.commit(log, ann, { kind: "profileChanged", displayName: "Ann" }, run.freshId(), run.head(log) + 2)
      return run.history()
    }
  },
  {
    rule: "seq-gap",
    fault: "a number that was committed after the next one",
    plant: (scene) => {
      stored(scene)
      stored(scene)
      scene.run.deliver(scene.group)
      const history = scene.run.history()
      const commits = history.entries.flatMap((entry) =>
        entry._tag === "committed" && entry.conversationId === scene.group ? [entry] : []
      )
      const [a, b] = commits.slice(-2)
      if (a === undefined || b === undefined) throw new Error("No commits")
      ;[a.events, b.events] = [b.events, a.events]
      return history
    }
  },
  {
    rule: "duplicate-shown",
    fault: "a row that stands twice on screen",
    plant: (scene) => {
      const history = scene.run.history()
      const { shown, view } = rowOfView(history, scene, scene.first)
      view.shown.splice(view.shown.indexOf(shown), 0, shown)
      return history
    }
  },
  {
    rule: "duplicate-shown",
    fault: "a message on screen at its place and at the next",
    plant: ({ bens, first, group, run }) => {
      const row = run.rows(bens.user, group, run.head(group)).find((other) => other.seq === first)
      if (row === undefined) throw new Error("No such row")
      const entries = [row, { ...row, seq: first + 1, rev: first + 1 }].map(
        (shown) => ({ _tag: "row", row: shown, stale: false, changing: false }) as const
      )
      run.write({ _tag: "shown", device: bens.id, conversationId: group, entries })
      return run.history()
    }
  },
  {
    rule: "not-sorted",
    fault: "two rows on screen the wrong way round",
    plant: (scene) => {
      const history = scene.run.history()
      viewOf(history, scene.bens.id, scene.group).shown.reverse()
      return history
    }
  },
  {
    rule: "not-sorted",
    fault: "a gap on screen over rows that are shown",
    plant: ({ bens, first, group, run }) => {
      const row = run.rows(bens.user, group, run.head(group)).find((other) => other.seq === first)
      if (row === undefined) throw new Error("No such row")
      const entries = [
        { _tag: "row", row, stale: false, changing: false } as const,
        { _tag: "gap", from: 1, to: first } as const
      ]
      run.write({ _tag: "shown", device: bens.id, conversationId: group, entries })
      return run.history()
    }
  },
  {
    rule: "real-time-order",
    fault: "a post that stands before one that was answered earlier",
    plant: ({ ann, ben, bens, group, phone, run }) => {
      const [own, later] = [run.submit(phone, group, { kind: "post", text: "first" }), run.freshId()]
      const early = run.commit(group, ben, { kind: "posted", text: "second" }, later)
      const { at, seq } = run.commit(group, ann, { kind: "posted", text: "first" }, own)
      run.receive(phone, { op: "accepted", id: own, conversationId: group, seq, at })
      run.submit(bens, group, { kind: "post", text: "second" }, later)
      phone.pending.clear()
      run.receive(phone, { op: "events", conversationId: group, events: [early] })
      run.deliver(group, phone)
      return run.history()
    }
  },
  {
    rule: "real-time-order",
    fault: "a reaction that stands before an edit its own user had seen",
    plant: ({ ann, ben, bens, first, group, laptop, phone, run }) => {
      const edit = run.submit(phone, group, { kind: "edit", target: first, text: "1" })
      const later = run.freshId()
      run.commit(group, ben, { kind: "reacted", target: first, emoji: "🎉" }, later)
      run.commit(group, ann, { kind: "edited", target: first, text: "1" }, edit)
      run.catchUp(laptop, group)
      run.submit(bens, group, { kind: "react", target: first, emoji: "🎉" }, later)
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "sender-order",
    fault: "two posts of a device stored the wrong way round",
    plant: ({ ann, group, phone, run }) => {
      const ids = ["a", "b"].map((text) => run.submit(phone, group, { kind: "post", text }))
      run.commit(group, ann, { kind: "posted", text: "b" }, ids[1])
      run.commit(group, ann, { kind: "posted", text: "a" }, ids[0])
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "sender-order",
    fault: "a post written offline that was overtaken by the next one",
    plant: ({ ann, group, phone, run }) => {
      run.close(phone)
      const ids = ["a", "b", "c"].map((text) => run.submit(phone, group, { kind: "post", text }))
      run.open(phone)
      run.commit(group, ann, { kind: "posted", text: "a" }, ids[0])
      run.commit(group, ann, { kind: "posted", text: "c" }, ids[2])
      run.commit(group, ann, { kind: "posted", text: "b" }, ids[1])
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "effect-before-target",
    fault: "a reply to what comes after it",
    plant: ({ group, phone, run }) => {
      run.act(phone, group, { kind: "post", text: "answer", replyTo: run.head(group) + 2 })
      run.act(phone, group, { kind: "post", text: "question" })
      return run.history()
    }
  },
  {
    rule: "effect-before-target",
    fault: "a reaction to what is no message",
    plant: ({ bens, first, group, run }) => {
      const edit = run.log(group).events.find((event) => event.kind === "edited" && event.target === first)
      run.act(bens, group, { kind: "react", target: edit?.seq ?? 0, emoji: "👍" })
      return run.history()
    }
  },
  {
    rule: "effect-before-target",
    fault: "a row on screen that replies to a later one",
    plant: (scene) => {
      const { bens, first, group, run } = scene
      const row = run.rows(bens.user, group, run.head(group)).find((other) => other.seq === first)
      if (row === undefined) throw new Error("No such row")
      const wrong = { ...row, replyTo: first + 1 }
      run.write({
        _tag: "shown",
        device: bens.id,
        conversationId: group,
        entries: [{ _tag: "row", row: wrong, stale: false, changing: false }]
      })
      return run.history()
    }
  }
]
