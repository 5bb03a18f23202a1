/** Faults in what a socket is sent. */
import { type Plant, stored } from "./Plant.ts"

export const streamPlants: ReadonlyArray<Plant> = [
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
    fault: "events of a log that has no place on the socket",
    plant: (scene) => {
      const { bens, group, run } = scene
      run.close(bens)
      const event = stored(scene)
      run.deliver(group)
      bens.socket = 1_000
      bens.live.clear()
      run.write({ _tag: "opened", device: bens.id, socket: 1_000 })
      run.receive(bens, { op: "events", conversationId: group, events: [event] })
      return run.history()
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
  }
]
