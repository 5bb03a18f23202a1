/** Faults in what devices show in the end, and in read cursors. */
import { personalLog } from "@hibiki/core/domain/Ids"
import { type Plant, rowOfView, viewOf } from "./Plant.ts"

export const endPlants: ReadonlyArray<Plant> = [
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
    fault: "a count of mentions that is wrong",
    plant: (scene) => {
      const history = scene.run.history()
      viewOf(history, scene.bens.id, scene.group).mentions.shown++
      return history
    }
  },
  {
    rule: "diverged",
    fault: "a flag that only this device shows",
    plant: (scene) => {
      const history = scene.run.history()
      viewOf(history, scene.bens.id, scene.group).flags.shown.push("favourite")
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
    fault: "an unread mark that another device has taken away",
    plant: (scene) => {
      const history = scene.run.history()
      viewOf(history, scene.bens.id, scene.group).marked.shown = 1
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
        marked: both,
        unread: both,
        mentions: both,
        flags: { shown: [], fresh: [] },
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
    fault: "a badge of what was stored as read that comes back with a mark",
    plant: ({ ben, bens, group, run }) => {
      const upTo = run.read.get(`${ben} ${group}`) ?? 0
      run.commit(personalLog(ben), ben, { kind: "markedUnread", conversationId: group, upTo })
      run.deliver(personalLog(ben))
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo: upTo - 1 })
      return run.history()
    }
  },
  {
    rule: "cursor-back",
    fault: "a badge that comes back with a line that was read before any mark was stored",
    plant: ({ ben, bens, group, run }) => {
      const upTo = run.read.get(`${ben} ${group}`) ?? 0
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo: upTo + 1 })
      run.write({ _tag: "called", device: bens.id, call: 1_000_000, name: "conversation.get" })
      run.write({ _tag: "answered", device: bens.id, call: 1_000_000, isOk: true })
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo })
      run.commit(personalLog(ben), ben, { kind: "markedUnread", conversationId: group, upTo })
      run.deliver(personalLog(ben))
      return run.history()
    }
  },
  {
    rule: "cursor-back",
    fault: "a read that was stored below the last one",
    plant: ({ ben, group, run }) => {
      run.move(ben, group, 1)
      return run.history()
    }
  },
  {
    rule: "cursor-back",
    fault: "a mark in a stored cell that nobody set",
    plant: ({ ben, group, run }) => {
      run.move(ben, group, run.head(group), run.head(personalLog(ben)) + 1)
      return run.history()
    }
  }
]
