/** What it takes to plant a fault in a run that is right otherwise. */
import type { RuleName } from "../../src/checker/Violation.ts"
import type { SpoilableHistory } from "./runEvents.ts"
import type { Scene } from "./scene.ts"

export interface Plant {
  readonly rule: RuleName
  readonly fault: string
  readonly plant: (scene: Scene) => SpoilableHistory
}

export const viewOf = (history: SpoilableHistory, device: string, conversationId: string) => {
  const view = history.views.find((other) => other.device === device && other.conversationId === conversationId)
  if (view === undefined) throw new Error("No such view")
  return view
}

export const rowOfView = (history: SpoilableHistory, { bens, group }: Scene, seq: number) => {
  const view = viewOf(history, bens.id, group)
  const fresh = view.fresh?.find((row) => row.seq === seq)
  const shown = view.shown.find((entry) => entry._tag === "row" && entry.row.seq === seq)
  if (fresh === undefined || shown?._tag !== "row") throw new Error("No such row")
  return { view, fresh, shown }
}

/** Ann posts on her phone; the store holds it and nobody has heard of it yet. */
export const stored = ({ group, phone, run }: Scene, text = "news") => {
  const id = run.submit(phone, group, { kind: "post", text })
  return run.commit(group, phone.user, { kind: "posted", text }, id)
}
