/** Faults planted in a run that is right otherwise, and the one rule that has to name each. */
import { CommandId, personalLog } from "../../../src/domain/Ids.ts"
import type { RuleName } from "../../../src/testing/checker/Violation.ts"
import { contentOf, type SpoilableHistory } from "./Run.ts"
import { makeScene, type Scene } from "./scene.ts"

export interface Plant {
  readonly rule: RuleName
  readonly fault: string
  readonly plant: (scene: Scene) => SpoilableHistory
}

const viewOf = (history: SpoilableHistory, device: string, conversationId: string) => {
  const view = history.views.find((other) => other.device === device && other.conversationId === conversationId)
  if (view === undefined) throw new Error("No such view")
  return view
}

const rowOfView = (history: SpoilableHistory, { bens, group }: Scene, seq: number) => {
  const view = viewOf(history, bens.id, group)
  const fresh = view.fresh?.find((row) => row.seq === seq)
  const shown = view.shown.find((entry) => entry._tag === "row" && entry.row.seq === seq)
  if (fresh === undefined || shown?._tag !== "row") throw new Error("No such row")
  return { view, fresh, shown }
}

/** Ann posts on her phone; the store holds it and nobody has heard of it yet. */
const stored = ({ group, phone, run }: Scene, text = "news") => {
  const id = run.submit(phone, group, { kind: "post", text })
  return run.commit(group, phone.user, { kind: "posted", text }, id)
}

const commandPlants: ReadonlyArray<Plant> = [
  {
    rule: "acked-lost",
    fault: "an answer for what was never stored",
    plant: (scene) => {
      const { group, phone, run } = scene
      const id = run.submit(phone, group, { kind: "post", text: "lost" })
      run.receive(phone, { op: "accepted", id, conversationId: group, seq: run.head(group) + 1, at: run.now })
      return run.history()
    }
  },
  {
    rule: "acked-lost",
    fault: "a log that lost its newest event",
    plant: (scene) => {
      stored(scene)
      const history = scene.run.history()
      const lost = history.logs.find((log) => log.conversationId === scene.group)?.events.pop()
      for (const view of history.views) {
        view.shown = view.shown.filter((entry) => entry._tag === "gap" || entry.row.seq !== lost?.seq)
        view.fresh = view.fresh?.filter((row) => row.seq !== lost?.seq)
        if (view.conversationId === scene.group && view.device === scene.bens.id) view.unread = { shown: 0, fresh: 0 }
      }
      history.entries.push({ _tag: "dropped", at: scene.run.now, device: scene.phone.id, id: lost?.id ?? scene.run.freshId() })
      return history
    }
  },
  {
    rule: "acked-lost",
    fault: "a row that no page gives any more",
    plant: (scene) => {
      const history = scene.run.history()
      const { fresh, shown, view } = rowOfView(history, scene, scene.first)
      view.fresh = view.fresh?.filter((row) => row !== fresh)
      view.shown = view.shown.filter((entry) => entry !== shown)
      return history
    }
  },
  {
    rule: "acked-lost",
    fault: "a page that is without an edit",
    plant: (scene) => {
      const history = scene.run.history()
      const { fresh, shown } = rowOfView(history, scene, scene.first)
      fresh.text = "one"
      shown.row.text = "one"
      return history
    }
  },
  {
    rule: "rejected-but-stored",
    fault: "a refusal of what is stored",
    plant: (scene) => {
      const { id } = stored(scene)
      scene.run.refuse(scene.phone, scene.group, id, "forbidden")
      return scene.run.history()
    }
  },
  {
    rule: "rejected-but-stored",
    fault: "a repeat that is answered as a conflict",
    plant: (scene) => {
      const { id } = stored(scene)
      scene.run.deliver(scene.group)
      scene.run.handOver(scene.phone, scene.group, { kind: "post", text: "news" }, id)
      scene.run.refuse(scene.phone, scene.group, id, "conflict")
      return scene.run.history()
    }
  },
  {
    rule: "rejected-but-stored",
    fault: "a withdrawal that left the post",
    plant: (scene) => {
      const { id } = stored(scene)
      scene.run.deliver(scene.group)
      scene.run.submit(scene.phone, scene.group, { kind: "withdraw" }, id)
      scene.run.refuse(scene.phone, scene.group, id, "withdrawn")
      return scene.run.history()
    }
  },
  {
    rule: "rejected-but-stored",
    fault: "a post that came after its withdrawal and was stored",
    plant: ({ group, phone, run }) => {
      const id = run.submit(phone, group, { kind: "post", text: "late" })
      run.submit(phone, group, { kind: "withdraw" }, id)
      run.refuse(phone, group, id, "withdrawn")
      const { seq } = run.commit(group, phone.user, { kind: "posted", text: "late" }, id)
      run.commit(group, phone.user, { kind: "deleted", target: seq })
      return run.history()
    }
  },
  {
    rule: "open-send",
    fault: "a post that nothing was ever heard of",
    plant: ({ group, phone, run }) => {
      run.submit(phone, group, { kind: "post", text: "anybody?" })
      return run.history()
    }
  },
  {
    rule: "open-send",
    fault: "a withdrawal without an answer",
    plant: (scene) => {
      const { id } = stored(scene)
      scene.run.deliver(scene.group)
      scene.run.submit(scene.phone, scene.group, { kind: "withdraw" }, id)
      return scene.run.history()
    }
  },
  {
    rule: "open-send",
    fault: "a device that still waits for what was accepted",
    plant: (scene) => {
      const { id } = stored(scene)
      scene.run.deliver(scene.group)
      const history = scene.run.history()
      viewOf(history, scene.phone.id, scene.group).unsettled.push(id)
      return history
    }
  },
  {
    rule: "duplicate-stored",
    fault: "a repeat that was stored again",
    plant: ({ ben, bens, first, group, phone, run }) => {
      const body = { kind: "react", target: first, emoji: "👀" } as const
      const id = run.submit(bens, group, body)
      run.commit(group, ben, contentOf(body), id)
      run.deliver(group)
      const again = run.submit(phone, group, { kind: "unreact", target: first, emoji: "👀" })
      run.refuse(phone, group, again, "no_change")
      run.commit(group, ben, { kind: "reacted", target: first, emoji: "👀" }, id)
      const history = run.history()
      for (const view of history.views)
        for (const row of [...(view.fresh ?? []), ...view.shown.flatMap((entry) => (entry._tag === "row" ? [entry.row] : []))])
          for (const reaction of row.reactions ?? []) reaction.count = 1
      return history
    }
  },
  {
    rule: "duplicate-stored",
    fault: "an effect in a personal log told twice under one id",
    plant: ({ ann, run }) => {
      const { id } = run.commit(personalLog(ann), ann, { kind: "profileChanged", displayName: "Ann" })
      run.commit(personalLog(ann), ann, { kind: "profileChanged", displayName: "Ann" }, id)
      return run.history()
    }
  },
  {
    rule: "ack-stable",
    fault: "a repeat that is answered with another place",
    plant: (scene) => {
      const { at, id, seq } = stored(scene)
      scene.run.deliver(scene.group)
      scene.run.receive(scene.phone, { op: "accepted", id, conversationId: scene.group, seq: seq - 1, at })
      return scene.run.history()
    }
  },
  {
    rule: "ack-stable",
    fault: "an event that comes again under the next number",
    plant: (scene) => {
      const event = stored(scene)
      scene.run.deliver(scene.group)
      scene.run.receive(scene.bens, { op: "events", conversationId: scene.group, events: [{ ...event, seq: event.seq + 1 }] })
      return scene.run.history()
    }
  },
  {
    rule: "fabricated",
    fault: "a post that nobody wrote",
    plant: ({ ann, group, run }) => {
      run.commit(group, ann, { kind: "posted", text: "not hers" })
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "fabricated",
    fault: "a post stored in another's name",
    plant: ({ ben, group, phone, run }) => {
      const id = run.submit(phone, group, { kind: "post", text: "by ann" })
      run.write({ _tag: "dropped", device: phone.id, id })
      phone.pending.clear()
      run.commit(group, ben, { kind: "posted", text: "by ann" }, id)
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "fabricated",
    fault: "a deletion that nobody asked for",
    plant: ({ ann, first, group, run }) => {
      run.commit(group, ann, { kind: "deleted", target: first })
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "corrupted",
    fault: "a text stored in another normal form",
    plant: ({ group, phone, run }) => {
      const id = run.submit(phone, group, { kind: "post", text: "e\u0301" })
      run.commit(group, phone.user, { kind: "posted", text: "\u00e9" }, id)
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "corrupted",
    fault: "a reply that lost what it answers",
    plant: ({ first, group, phone, run }) => {
      const id = run.submit(phone, group, { kind: "post", text: "yes", replyTo: first })
      run.commit(group, phone.user, { kind: "posted", text: "yes" }, id)
      run.deliver(group)
      return run.history()
    }
  },
  {
    rule: "corrupted",
    fault: "a reaction of another emoji",
    plant: ({ first, group, phone, run }) => {
      const id = run.submit(phone, group, { kind: "react", target: first, emoji: "👍🏽" })
      run.commit(group, phone.user, { kind: "reacted", target: first, emoji: "👍" }, id)
      run.deliver(group)
      return run.history()
    }
  }
]

const orderPlants: ReadonlyArray<Plant> = [
  {
    rule: "one-message-per-seq",
    fault: "two devices that see different messages at one place",
    plant: (scene) => {
      const event = stored(scene)
      scene.run.deliver(scene.group, scene.bens)
      scene.run.receive(scene.bens, { op: "events", conversationId: scene.group, events: [{ ...event, id: scene.run.freshId() }] })
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
      const entries = [{ _tag: "row", row, stale: false, changing: false } as const, { _tag: "gap", from: 1, to: first } as const]
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

const readerPlants: ReadonlyArray<Plant> = [
  {
    rule: "order-or-gap",
    fault: "an event that one socket never got",
    plant: (scene) => {
      stored(scene)
      const next = stored(scene, "more news")
      scene.run.deliver(scene.group, scene.bens)
      scene.run.receive(scene.bens, { op: "events", conversationId: scene.group, events: [next] })
      return scene.run.history()
    }
  },
  {
    rule: "order-or-gap",
    fault: "events that come again unasked",
    plant: ({ group, phone, run }) => {
      run.receive(phone, { op: "events", conversationId: group, events: run.log(group).events.slice(-1) })
      return run.history()
    }
  },
  {
    rule: "order-or-gap",
    fault: "a hole within a frame",
    plant: (scene) => {
      const [a, , c] = [stored(scene, "a"), stored(scene, "b"), stored(scene, "c")]
      scene.run.deliver(scene.group, scene.bens)
      scene.run.receive(scene.bens, { op: "events", conversationId: scene.group, events: [a, c] })
      return scene.run.history()
    }
  },
  {
    rule: "order-or-gap",
    fault: "a return that goes on from the head without a word",
    plant: (scene) => {
      const { bens, group, run } = scene
      run.close(bens)
      stored(scene)
      run.deliver(group)
      bens.places.set(group, run.head(group))
      run.open(bens)
      const next = stored(scene, "more")
      run.deliver(group)
      const history = run.history()
      for (const entry of history.entries.slice(-20))
        if (entry._tag === "sent" && entry.frame.op === "hello" && entry.device === bens.id)
          for (const pair of entry.frame.cursors) if (pair[0] === group) pair[1] = next.seq - 2
      return history
    }
  },
  {
    rule: "order-or-gap",
    fault: "a range withheld that leaves some out",
    plant: ({ bens, group, run }) => {
      const head = run.head(group)
      run.receive(bens, { op: "withheld", conversationId: group, from: head + 2, to: head + 3 })
      return run.history()
    }
  },
  {
    rule: "diverged",
    fault: "a row that one device shows with an old text",
    plant: (scene) => {
      const history = scene.run.history()
      rowOfView(history, scene, scene.first).shown.row.text = "one"
      return history
    }
  },
  {
    rule: "diverged",
    fault: "a row that one device lacks",
    plant: (scene) => {
      const history = scene.run.history()
      const { shown, view } = rowOfView(history, scene, scene.first)
      view.shown = view.shown.filter((entry) => entry !== shown)
      return history
    }
  },
  {
    rule: "diverged",
    fault: "a row that is stale for ever",
    plant: (scene) => {
      const history = scene.run.history()
      rowOfView(history, scene, scene.first).shown.stale = true
      return history
    }
  },
  {
    rule: "diverged",
    fault: "a gap where the newest rows belong",
    plant: (scene) => {
      const history = scene.run.history()
      const view = viewOf(history, scene.bens.id, scene.group)
      const last = view.shown.pop()
      if (last?._tag !== "row") throw new Error("No last row")
      view.shown.push({ _tag: "gap", from: last.row.seq, to: last.row.seq })
      return history
    }
  },
  {
    rule: "diverged",
    fault: "an unread count that is wrong",
    plant: (scene) => {
      const history = scene.run.history()
      viewOf(history, scene.bens.id, scene.group).unread.shown++
      return history
    }
  },
  {
    rule: "diverged",
    fault: "a read cursor that ran ahead",
    plant: (scene) => {
      const history = scene.run.history()
      viewOf(history, scene.bens.id, scene.group).readUpTo.shown++
      return history
    }
  },
  {
    rule: "diverged",
    fault: "rows left on the screen of one who was removed",
    plant: (scene) => {
      const history = scene.run.history()
      const { shown } = viewOf(history, scene.bens.id, scene.group)
      const both = { shown: 0, fresh: 0 }
      const rows = shown.slice(0, 1)
      history.views.push({
        device: scene.cats.id,
        conversationId: scene.group,
        shown: rows,
        fresh: undefined,
        readUpTo: both,
        unread: both,
        unsettled: []
      })
      return history
    }
  },
  {
    rule: "cursor-back",
    fault: "a badge that comes back",
    plant: ({ bens, group, run }) => {
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo: 1 })
      return run.history()
    }
  },
  {
    rule: "cursor-back",
    fault: "a read that was stored below the last one",
    plant: ({ ben, group, run }) => {
      run.commit(personalLog(ben), ben, { kind: "readAdvanced", conversationId: group, upTo: 1 })
      run.deliver(personalLog(ben))
      return run.history()
    }
  },
  {
    rule: "cursor-back",
    fault: "a read that was stored twice with no mark between",
    plant: ({ ben, group, run }) => {
      run.commit(personalLog(ben), ben, { kind: "readAdvanced", conversationId: group, upTo: run.head(group) })
      return run.history()
    }
  },
  {
    rule: "recv-after-revoke",
    fault: "a call that is still answered",
    plant: ({ laptop, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id })
      run.close(laptop)
      run.call(laptop, "conversation.history")
      return run.history()
    }
  },
  {
    rule: "recv-after-revoke",
    fault: "a frame long after",
    plant: ({ laptop, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id })
      const { socket } = laptop
      run.close(laptop)
      run.now += 5_001
      laptop.socket = socket
      run.receive(laptop, { op: "pong" })
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
      const changed = run.rows(bens.user, group, run.head(group)).filter((row) => row.seq === hello?.seq && rows.length > 0)
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
        unread: both,
        unsettled: []
      })
      return history
    }
  }
]

export const plants: ReadonlyArray<Plant> = [...commandPlants, ...orderPlants, ...readerPlants]
export const planted = ({ plant }: Plant): SpoilableHistory => plant(makeScene())
