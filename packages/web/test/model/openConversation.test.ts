import { assert, it } from "@effect/vitest"
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { createRoot } from "solid-js"
import { joinTabs } from "../../src/lib/tabs.ts"
import { type Marks, type OpenConversation, typingNamed } from "../../src/model/App.ts"
import { FeedListeners, openConversation } from "../../src/model/openConversation.ts"
import type { Chat } from "../../src/runtime/Chat.ts"

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`
const id = ConversationId.make(uuid(1))

/** A conversation in which so many are typing. */
const opened = (typists: number, look: (open: OpenConversation) => void, marks?: Marks) => {
  const chat = {
    client: {
      open: () => () => undefined,
      feed: () => undefined,
      typing: () => Array.from({ length: typists }, (_, n) => UserId.make(uuid(10 + n))),
      marks: () => marks
    }
    // What is not looked at is not there.
  } as unknown as Chat
  const { end, open } = createRoot((end) => ({
    end,
    open: openConversation(
      {
        chat: () => chat,
        whenLive: async () => chat,
        listeners: new FeedListeners(),
        firstViews: new Map(),
        database: Promise.resolve(undefined),
        tabs: joinTabs({ locks: undefined, session: undefined, freshId: () => "tab" })
      },
      id
    )
  }))
  look(open)
  end()
}

it("one more is told to be typing than is named, by whom it is seen that there are others", () => {
  opened(2, (open) => assert.lengthOf(open.typing(), 2))
  opened(9, (open) => assert.lengthOf(open.typing(), typingNamed + 1))
})

it("how far others have come is not known until the client is told", () => {
  opened(0, (open) => assert.isUndefined(open.marks()))
  const marks = { read: new Map(), delivered: new Map() }
  opened(0, (open) => assert.strictEqual(open.marks(), marks), marks)
})
