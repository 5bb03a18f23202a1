/** Faults in what is stored: what nobody gave to a device, and what was changed on its way. */
import type { Plant } from "./Plant.ts"

export const integrityPlants: ReadonlyArray<Plant> = [
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
