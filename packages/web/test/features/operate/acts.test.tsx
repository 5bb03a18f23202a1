// @vitest-environment jsdom
/** Acts on processes, actors and sockets: asked first, then done once, with what came of it. */
import { assert, describe, it } from "@effect/vitest"
import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library"
import { adminWordsEn } from "../../../src/features/operate/adminWords.en.ts"
import { OperatePage } from "../../../src/features/operate/OperatePage.tsx"
import { traceWordsEn } from "../../../src/features/operate/traceWords.en.ts"
import { settled } from "../../ui/stage.tsx"
import { ok, refused } from "./adminRows.ts"
import { operateStage } from "./operateStage.tsx"
import { node } from "./panelRows.ts"

const words = traceWordsEn.acts
const sealed = "65csKKRRabcdefghijklmn1"

const open = async (screenOf: "Nodes" | "Actors" | "Sockets", answer: () => unknown = () => ok({})) => {
  const shown = operateStage(OperatePage, {
    path: `/operate/${screenOf.toLowerCase()}`,
    route: "/operate/:screen?",
    answers: { "admin.act": answer }
  })
  await waitFor(() => shown.streamOf(screenOf))
  const acts = () => shown.calls.filter(([tag]) => tag === "admin.act").map(([, payload]) => payload)
  return { ...shown, acts }
}
const press = async (name: string, inside: HTMLElement = document.body) => {
  fireEvent.click(within(inside).getByRole("button", { name }))
  await settled()
}

describe("an act on a process", () => {
  it("drains it after a question, and not one that is the whole server", async () => {
    const { acts, feed, toasts } = await open("Nodes")
    feed("Nodes", {
      rows: [node("n1", { role: "gateway", host: "g1" }), node("n2", { role: "all", host: "a1" })]
    })
    assert.lengthOf(await screen.findAllByRole("button", { name: /^Drain/ }), 1)
    await press(words.drainNamed("gateway g1"))
    const dialog = screen.getByRole("dialog", { name: words.drainTitle("gateway g1") })
    within(dialog).getByText(words.drainText)
    assert.deepStrictEqual(acts(), [])
    await press(words.drain, dialog)
    assert.deepStrictEqual(acts(), [{ node: "n1", act: { _tag: "Drain" } }])
    assert.deepStrictEqual(toasts, [words.drainDone("gateway g1")])
    assert.isNull(screen.queryByRole("dialog"))
  })

  it("stops an actor by its path with pseudonyms, and says what went wrong", async () => {
    const { acts, feed } = await open("Actors", () => refused({ _tag: "Refused", code: "no_answer" }))
    feed("Actors", {
      rows: [
        {
          ...{ key: "n1 a", node: "n1", path: `user/${sealed}`, kind: "user", label: "", state: "idle" },
          ...{ depth: 0, handled: 0, restarts: 0 }
        }
      ]
    })
    await settled()
    fireEvent.click(screen.getByRole("button", { name: /^Stop user/ }))
    await settled()
    const dialog = screen.getByRole("dialog")
    await press(words.stop, dialog)
    assert.deepStrictEqual(acts(), [{ node: "n1", act: { _tag: "StopActor", path: `user/${sealed}`, how: "drain" } }])
    within(dialog).getByText(adminWordsEn.failed.refused["no_answer"] ?? "")
  })

  it("disconnects a socket", async () => {
    const { acts, feed, toasts } = await open("Sockets")
    feed("Sockets", {
      rows: [
        {
          ...{ key: "n1 s1", node: "n1", socket: "s1", user: sealed, device: sealed, kind: "browser" },
          ...{ unsent: 0, lagging: false, pending: 0, silentMs: 0, conversations: 1 }
        }
      ]
    })
    await settled()
    fireEvent.click(screen.getByRole("button", { name: /^Disconnect/ }))
    await settled()
    await press(words.disconnect, screen.getByRole("dialog", { name: words.disconnectTitle }))
    assert.deepStrictEqual(acts(), [{ node: "n1", act: { _tag: "Disconnect", socket: "s1" } }])
    assert.deepStrictEqual(toasts, [words.disconnectDone])
  })
})
