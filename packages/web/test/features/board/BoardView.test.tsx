// @vitest-environment jsdom
/** The board's page, and what it says of its stream. */
import { assert, describe, it } from "@effect/vitest"
import type { BoardUpdate } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { screen } from "@solidjs/testing-library"
import { BoardPage } from "../../../src/features/board/BoardPage.tsx"
import { BoardView } from "../../../src/features/board/BoardView.tsx"
import { boardWordsEn } from "../../../src/features/board/boardWords.en.ts"
import type { Chat } from "../../../src/runtime/Chat.ts"
import { pageTitle } from "../../../src/ui/pageTitle.ts"
import { me, now, settled, stage, summary } from "../../ui/stage.tsx"

const words = boardWordsEn
const snapshot: BoardUpdate = { _tag: "Snapshot", at: now, people: [me], users: [], online: [0] }

describe("a board's stream", () => {
  const watch = () => {
    const heard: { stream?: readonly [onUpdate: (update: BoardUpdate) => void, onState: Parameters<Chat["watchBoard"]>[2]] } = {}
    // What the board does not use is not there.
    const chat = {
      watchBoard: (_: unknown, ...stream: NonNullable<typeof heard.stream>) => {
        heard.stream = stream
        return () => {}
      }
    } as unknown as Chat
    stage(() => <BoardView conversation={summary(1)} choices={[]} />, { app: { chat: () => chat } })
    const told = () => document.querySelector(".board-connection")?.textContent
    const [update, setState] = heard.stream ?? assert.fail("nobody watches")
    return { told, update, setState, isOld: () => document.querySelector(".board-old") !== null }
  }

  it("that was lost says of when it is what is shown, for as long as it is tried again", () => {
    const { isOld, setState, told, update } = watch()
    assert.strictEqual(told(), words.connecting)
    setState("lost")
    assert.strictEqual(told(), words.connecting, "nothing is shown yet")
    setState("open")
    update(snapshot)
    assert.deepStrictEqual([told(), isOld()], [words.live, false])
    setState("lost")
    assert.deepStrictEqual([told(), isOld()], [words.lost("12:00"), true])
  })

  it("that is not for this user is not told as lost, and waits for nothing", () => {
    const { setState, told } = watch()
    setState("gone")
    assert.strictEqual(told(), words.notHere)
    assert.lengthOf(screen.queryAllByText(words.connecting), 0)
  })
})

describe("the board's page", () => {
  it("names the tab, and has the focus at its title", async () => {
    stage(BoardPage, { conversations: [summary(1)] })
    await settled()
    assert.strictEqual(pageTitle(), words.title)
    assert.strictEqual(document.activeElement, screen.getByRole("heading", { name: words.title }))
  })
})
