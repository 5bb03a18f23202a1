/** What looks like a fault and is none: each is what a right system may do. */
import { personalLog } from "@hibiki/core/domain/Ids"
import { type Plant, rowOfView, stored, viewOf } from "./Plant.ts"

export const allowed: ReadonlyArray<Pick<Plant, "plant"> & { readonly what: string }> = [
  {
    what: "a conflict for an id that went out with two texts",
    plant: (scene) => {
      const { group, phone, run } = scene
      const { id } = stored(scene)
      run.deliver(group)
      run.handOver(phone, group, { kind: "post", text: "other news" }, id)
      run.refuse(phone, group, id, "conflict")
      return run.history()
    }
  },
  {
    what: "a conflict for an id that another used before",
    plant: (scene) => {
      const { bens, group, run } = scene
      const { id } = stored(scene)
      run.deliver(group)
      run.submit(bens, group, { kind: "post", text: "mine" }, id)
      run.refuse(bens, group, id, "conflict")
      return run.history()
    }
  },
  {
    what: "a post that is given to its device again after others",
    plant: (scene) => {
      const { group, phone, run } = scene
      const { at, id, seq } = stored(scene)
      run.deliver(group)
      run.act(phone, group, { kind: "post", text: "more news" })
      run.submit(phone, group, { kind: "post", text: "news" }, id)
      run.receive(phone, { op: "accepted", id, conversationId: group, seq, at })
      return run.history()
    }
  },
  {
    what: "a row that shows a change of its own device on its way",
    plant: (scene) => {
      const history = scene.run.history()
      const { shown } = rowOfView(history, scene, scene.first)
      shown.row.text = "as it will be"
      shown.changing = true
      return history
    }
  },
  {
    what: "a read that goes no further and clears a mark",
    plant: ({ ben, group, run }) => {
      const upTo = run.read.get(`${ben} ${group}`) ?? 0
      run.commit(personalLog(ben), ben, { kind: "markedUnread", conversationId: group, upTo })
      run.deliver(personalLog(ben))
      run.move(ben, group, upTo)
      return run.history()
    }
  },
  {
    what: "a badge that comes back with a mark, of what was read there and not stored before it",
    plant: ({ ben, bens, group, run }) => {
      const upTo = run.read.get(`${ben} ${group}`) ?? 0
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo: upTo + 1 })
      run.commit(personalLog(ben), ben, { kind: "markedUnread", conversationId: group, upTo })
      run.deliver(personalLog(ben))
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo })
      return run.history()
    }
  },
  {
    what: "a badge that comes back with a mark that a line of the list told of, before its place in the personal log",
    plant: ({ ben, bens, group, run }) => {
      const upTo = run.read.get(`${ben} ${group}`) ?? 0
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo: upTo + 1 })
      run.commit(personalLog(ben), ben, { kind: "markedUnread", conversationId: group, upTo })
      run.write({ _tag: "called", device: bens.id, call: 1_000_000, name: "conversation.get" })
      run.write({ _tag: "answered", device: bens.id, call: 1_000_000, isOk: true })
      run.write({ _tag: "readShown", device: bens.id, conversationId: group, upTo })
      run.deliver(personalLog(ben))
      return run.history()
    }
  },
  {
    what: "an answer told at once, before its place in the stream",
    plant: (scene) => {
      const { group, phone, run } = scene
      const { at, id, seq } = stored(scene)
      stored(scene, "more")
      run.receive(phone, { op: "accepted", id, conversationId: group, seq, at })
      phone.pending.clear()
      run.deliver(group)
      return run.history()
    }
  },
  {
    what: "a frame that was under way to a slow reader when the socket of its revoked device was closed",
    plant: ({ laptop, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id })
      const { socket } = laptop
      run.close(laptop)
      run.now += 60_000
      laptop.socket = socket
      run.receive(laptop, { op: "pong" })
      return run.history()
    }
  },
  {
    what: "a revoked device that dials later and is told so",
    plant: ({ laptop, run }) => {
      run.gone.add(laptop.id)
      run.write({ _tag: "revoked", device: laptop.id })
      run.close(laptop)
      run.now += 60_000
      laptop.socket = 1_000
      run.write({ _tag: "opened", device: laptop.id, socket: 1_000 })
      run.receive(laptop, { op: "revoked" })
      run.close(laptop)
      return run.history()
    }
  },
  {
    what: "a frame of an earlier membership that arrives after the next joining was stored",
    plant: ({ ann, cat, cats, catLeft, group, run }) => {
      run.send(cats, { op: "range", conversationId: group, from: catLeft, to: catLeft })
      run.commit(group, ann, { kind: "joined", userIds: [cat] })
      run.receive(cats, {
        op: "events",
        conversationId: group,
        events: run.log(group).events.slice(catLeft - 1, catLeft)
      })
      run.deliver(group)
      run.admit(group, cat)
      return run.history()
    }
  },
  {
    what: "a post that only a page told of",
    plant: (scene) => {
      const { seq } = stored(scene)
      scene.phone.pending.clear()
      scene.run.deliver(scene.group, scene.phone)
      scene.run.receive(scene.phone, { op: "behind", conversationId: scene.group, head: seq })
      scene.phone.places.set(scene.group, seq)
      scene.run.page(scene.phone, scene.group)
      return scene.run.history()
    }
  },
  {
    what: "a gap among old rows, and a last state of a device that is gone",
    plant: (scene) => {
      for (let i = 0; i < 40; i++) scene.run.act(scene.bens, scene.direct, { kind: "post", text: `${i}` })
      scene.run.gone.add(scene.laptop.id)
      const history = scene.run.history()
      const view = viewOf(history, scene.phone.id, scene.direct)
      view.shown.splice(2, 3, { _tag: "gap", from: 3, to: 5 })
      viewOf(history, scene.laptop.id, scene.direct).shown.splice(20)
      return history
    }
  }
]
