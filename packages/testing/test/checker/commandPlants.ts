/** Faults in how commands end: lost, refused wrongly, never answered, stored twice. */
import { personalLog } from "@hibiki/core/domain/Ids"
import { type Plant, rowOfView, stored, viewOf } from "./Plant.ts"
import { contentOf } from "./runEvents.ts"

export const commandPlants: ReadonlyArray<Plant> = [
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
      history.entries.push({
        _tag: "dropped",
        at: scene.run.now,
        device: scene.phone.id,
        id: lost?.id ?? scene.run.freshId()
      })
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
    rule: "acked-lost",
    fault: "an answer that takes another's post for this one's",
    plant: (scene) => {
      const { at, id, seq } = stored(scene)
      scene.run.deliver(scene.group)
      scene.run.receive(scene.bens, { op: "accepted", id, conversationId: scene.group, seq, at })
      return scene.run.history()
    }
  },
  {
    rule: "acked-lost",
    fault: "an answer at a place that another's message took",
    plant: ({ bens, group, phone, run }) => {
      const id = run.submit(phone, group, { kind: "post", text: "lost" })
      run.receive(phone, { op: "accepted", id, conversationId: group, seq: run.head(group) + 1, at: run.now })
      run.act(bens, group, { kind: "post", text: "instead" })
      return run.history()
    }
  },
  {
    rule: "acked-lost",
    fault: "a reaction that is given back as somebody else's",
    plant: (scene) => {
      const { bens, first, group, run } = scene
      run.act(bens, group, { kind: "react", target: first, emoji: "👀" })
      const history = run.history()
      const { fresh, shown } = rowOfView(history, scene, first)
      for (const reaction of [...(fresh.reactions ?? []), ...(shown.row.reactions ?? [])]) reaction.mine = false
      return history
    }
  },
  {
    rule: "rejected-but-stored",
    fault: "a withdrawal that left the text in the log",
    plant: (scene) => {
      const { group, phone, run } = scene
      const { id, seq, at, by } = stored(scene)
      run.deliver(group)
      run.submit(phone, group, { kind: "withdraw" }, id)
      run.commit(group, phone.user, { kind: "deleted", target: seq })
      run.log(group).events[seq - 1] = { seq, id, by, at, kind: "posted", text: "news" }
      run.refuse(phone, group, id, "withdrawn")
      run.deliver(group)
      return run.history()
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
    fault: "a withdrawal of which nothing was heard but that the post was stored",
    plant: (scene) => {
      const { id } = stored(scene)
      scene.run.submit(scene.phone, scene.group, { kind: "withdraw" }, id)
      scene.run.deliver(scene.group)
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
        for (const row of [
          ...(view.fresh ?? []),
          ...view.shown.flatMap((entry) => (entry._tag === "row" ? [entry.row] : []))
        ])
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
      scene.run.receive(scene.bens, {
        op: "events",
        conversationId: scene.group,
        events: [{ ...event, seq: event.seq + 1 }]
      })
      return scene.run.history()
    }
  }
]
