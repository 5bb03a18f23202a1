// @vitest-environment jsdom
/** The board's page, and what it says of its stream. */
import { assert, describe, it } from "@effect/vitest"
import type { BoardUpdate } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { fireEvent, screen } from "@solidjs/testing-library"
import { BoardPage } from "../../../src/features/board/BoardPage.tsx"
import { BoardTable } from "../../../src/features/board/BoardTable.tsx"
import { BoardView } from "../../../src/features/board/BoardView.tsx"
import { afterUpdate } from "../../../src/features/board/boardState.ts"
import { boardWordsEn } from "../../../src/features/board/boardWords.en.ts"
import { pageTitle } from "../../../src/lib/pageTitle.ts"
import type { Chat } from "../../../src/runtime/Chat.ts"
import { me, now, person, settled, stage, summary } from "../../ui/stage.tsx"

const words = boardWordsEn
const snapshot = { _tag: "Snapshot", at: now, people: [me], users: [], online: [0] } satisfies BoardUpdate

describe("the choice of a board", () => {
  it("keeps the focus at a link when its conversation changes", () => {
    const { setConversations } = stage(() => <BoardPage />, { path: "/board", conversations: [summary(1), summary(2)] })
    const link = screen.getByRole("link", { name: /^room 2/ })
    link.focus()
    setConversations([summary(1), summary(2, { head: 11, unread: 1, members: 4 })])
    assert.strictEqual(document.activeElement, link)
    assert.include(link.textContent ?? "", "4")
  })
})

describe("a board's stream", () => {
  const watch = () => {
    const heard: {
      stream?: readonly [onUpdate: (update: BoardUpdate) => void, onState: Parameters<Chat["watchBoard"]>[2]]
    } = {}
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

describe("the people of a board", () => {
  it("come 200 at once, and the last ones are led to", async () => {
    const all = Array.from({ length: 250 }, (_, n) => person(n + 1, `Person ${`${n + 1}`.padStart(3, "0")}`))
    const users = all.map(({ userId }) => ({ userId, state: "active" as const, kinds: ["browser" as const] }))
    const state = afterUpdate(undefined, { ...snapshot, people: all, users }, now) ?? assert.fail("no state")
    stage(() => <BoardTable state={state} />)
    const rows = () => [...document.querySelectorAll("tbody tr")]
    assert.lengthOf(rows(), 200)
    const more = screen.getByRole("button", { name: words.more(50) })
    more.focus()
    fireEvent.click(more)
    assert.lengthOf(rows(), 250)
    await settled()
    assert.strictEqual(document.activeElement, rows()[200])
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
