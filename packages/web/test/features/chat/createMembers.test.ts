// @vitest-environment jsdom
/** The members as they are asked for: by pages, and all that were asked for once more when somebody came or went. */
import { assert, it } from "@effect/vitest"
import type { Member } from "@hibiki/core/domain/Conversation"
import { createEffect, createSignal } from "solid-js"
import { createFurtherMembers, type FurtherMembers } from "../../../src/features/chat/createFurtherMembers.ts"
import { createMembers, type Members } from "../../../src/features/chat/createMembers.ts"
import { userId } from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const pageRows = 200
const member = (n: number): Member => ({
  userId: userId(n),
  handle: `user${`${n}`.padStart(4, "0")}`,
  displayName: `User ${n}`,
  role: "member"
})
const membersTo = (count: number) => Array.from({ length: count }, (_, n) => member(n + 1))

/** A conversation of so many, whose pages a test may refuse or hold back. */
const open = async (count: number) => {
  let all = membersTo(count)
  let refuses = false
  let held: Promise<void> | undefined
  const asked: Array<string> = []
  const lengths: Array<number> = []
  let members: Members | undefined
  let further: FurtherMembers | undefined
  const [wanted, setWanted] = createSignal(false)
  const { fixture } = show({ kind: "group", language: "en", rows: [] }, (model) => {
    const made = createMembers(model)
    members = made
    further = createFurtherMembers(model, made, wanted)
    createEffect(() => void lengths.push(made.list()?.length ?? 0))
    return null
  })
  const call = async (_: string, { afterHandle = "" }: { readonly afterHandle?: string }) => {
    asked.push(afterHandle)
    await held
    if (refuses) return { ok: false, error: { _tag: "Unreachable" } }
    return { ok: true, value: all.filter(({ handle }) => handle > afterHandle).slice(0, pageRows) }
  }
  Object.assign(fixture.app.chat() ?? {}, { call })
  await settled()
  return {
    asked,
    lengths,
    members: members ?? assert.fail("no members"),
    further: further ?? assert.fail("no further ones"),
    want: async () => {
      setWanted(false)
      setWanted(true)
      await settled()
    },
    hold: (until: Promise<void> | undefined) => {
      held = until
    },
    refuse: (does: boolean) => {
      refuses = does
    },
    come: async (...who: ReadonlyArray<Member>) => {
      all = [...all, ...who].sort((a, b) => (a.handle < b.handle ? -1 : 1))
      fixture.setSummary((line) => ({ ...line, members: line.members + 1 }))
      await settled()
    },
    reconnect: async () => {
      fixture.setConnection({ _tag: "waiting", until: 0 })
      fixture.setConnection({ _tag: "live" })
      await settled()
    }
  }
}

it("what was gone on to stays when somebody comes, and when the connection is back, without a moment of less", async () => {
  const { come, lengths, members, reconnect } = await open(450)
  assert.deepStrictEqual([members.list()?.length, members.more()], [200, true])
  members.loadMore()
  await settled()
  assert.deepStrictEqual([members.list()?.length, members.more()], [400, true])
  await come({ ...member(451), handle: "aaa" })
  assert.deepStrictEqual([members.list()?.length, members.list()?.[0]?.handle], [400, "aaa"])
  await reconnect()
  assert.strictEqual(members.list()?.length, 400)
  members.loadMore()
  await settled()
  assert.deepStrictEqual([members.list()?.length, members.more()], [451, false])
  await come(member(452))
  assert.deepStrictEqual([members.list()?.length, members.more()], [452, false])
  assert.deepStrictEqual(
    lengths,
    [...lengths].sort((a, b) => a - b)
  )
})

it("what failed is tried again from where it failed", async () => {
  const { asked, members, refuse } = await open(450)
  refuse(true)
  members.loadMore()
  await settled()
  assert.deepStrictEqual([members.failed(), members.list()?.length], [true, 200])
  refuse(false)
  members.retry()
  await settled()
  assert.deepStrictEqual([members.failed(), members.list()?.length], [false, 400])
  assert.deepStrictEqual(asked, ["", "user0200", "user0200"])
})

it("what is old is read anew when it is tried again, all of it", async () => {
  const { come, members, refuse } = await open(450)
  members.loadMore()
  await settled()
  refuse(true)
  await come({ ...member(451), handle: "aaa" })
  assert.deepStrictEqual(
    [members.failed(), members.list()?.length, members.list()?.[0]?.handle],
    [true, 400, "user0001"]
  )
  refuse(false)
  members.retry()
  await settled()
  assert.deepStrictEqual([members.failed(), members.list()?.length, members.list()?.[0]?.handle], [false, 400, "aaa"])
})

it("who asks for more while all is read anew gets both", async () => {
  const { come, hold, members } = await open(450)
  let go = () => {}
  hold(
    new Promise<void>((resolve) => {
      go = resolve
    })
  )
  await come({ ...member(451), handle: "aaa" })
  members.loadMore()
  hold(undefined)
  go()
  await settled()
  assert.deepStrictEqual([members.list()?.length, members.list()?.[0]?.handle], [400, "aaa"])
})

it("who is looked for among all is found on later pages, each asked for once, from where it failed", async () => {
  const { asked, come, further, members, refuse, want } = await open(1_000)
  assert.deepStrictEqual(further.list(), [])
  refuse(true)
  await want()
  assert.deepStrictEqual([further.list().length, further.loading()], [0, false])
  refuse(false)
  await want()
  await want()
  assert.deepStrictEqual([members.list()?.length, further.list().length, further.loading()], [200, 800, false])
  assert.strictEqual(further.list().at(-1)?.displayName, "User 1000")
  assert.deepStrictEqual(asked.slice(2), ["user0200", "user0400", "user0600", "user0800", "user1000"])
  await come({ ...member(1_001), handle: "zoe" })
  assert.strictEqual(further.list().at(-1)?.handle, "zoe")
})
