import { assert, describe, it } from "@effect/vitest"
import { deviceName } from "../../src/lib/session.ts"
import { activityTimes, idleAt, isActive } from "../../src/model/activity.ts"
import { conversationIn, takeInvite, takeResetCode } from "../../src/model/addresses.ts"
import { readSendKey, readTheme } from "../../src/model/preferences.ts"
import { titleWith, unreadForUser, unreadTotal } from "../../src/model/unreadTitle.ts"

describe("the title", () => {
  it("counts unread messages, and one for what is only marked", () => {
    assert.strictEqual(unreadTotal([]), 0)
    assert.strictEqual(
      unreadForUser([
        { kind: "direct", unread: 2 },
        { kind: "group", unread: 50 },
        { kind: "channel", unread: 9, markedUnreadAt: 3 }
      ]),
      3
    )
    assert.strictEqual(
      unreadTotal([{ unread: 2 }, { unread: 0 }, { unread: 0, markedUnreadAt: 7 }, { unread: 3, markedUnreadAt: 1 }]),
      6
    )
  })

  it("counts nothing of what is muted", () => {
    assert.strictEqual(
      unreadTotal([{ unread: 2, muted: true }, { unread: 0, markedUnreadAt: 7, muted: true }, { unread: 1 }]),
      1
    )
    assert.strictEqual(unreadForUser([{ kind: "direct", unread: 2, muted: true }]), 0)
  })

  it("counts what mentions one in muted conversations, and the badge what is direct or mentions one", () => {
    const all = [
      { kind: "group", unread: 7, mentions: 2 },
      { kind: "channel", unread: 9, mentions: 3, muted: true },
      { kind: "group", unread: 4, muted: true },
      { kind: "direct", unread: 1 }
    ] as const
    assert.strictEqual(unreadTotal(all), 7 + 3 + 1)
    assert.strictEqual(unreadForUser(all), 2 + 3 + 1)
  })

  it("shows no more than 99+", () => {
    assert.strictEqual(titleWith(2, "Settings"), "(2) Settings · Hibiki")
    assert.deepStrictEqual(
      [0, 1, 99, 100, 5_000].map((unread) => titleWith(unread)),
      ["Hibiki", "(1) Hibiki", "(99) Hibiki", "(99+) Hibiki", "(99+) Hibiki"]
    )
  })
})

describe("activity", () => {
  const { hiddenAfterMs, idleAfterMs } = activityTimes
  it("ends when nothing was touched for five minutes", () => {
    const signs = { lastInputAt: 1_000, hiddenSince: undefined }
    assert.isTrue(isActive(signs, 1_000 + idleAfterMs - 1))
    assert.isFalse(isActive(signs, 1_000 + idleAfterMs))
    assert.strictEqual(idleAt(signs, 2_000), 1_000 + idleAfterMs)
  })

  it("ends when the page was hidden for a minute, however short ago something was touched", () => {
    const signs = { lastInputAt: 10_000, hiddenSince: 10_000 }
    assert.isTrue(isActive(signs, 10_000 + hiddenAfterMs - 1))
    assert.isFalse(isActive(signs, 10_000 + hiddenAfterMs))
    assert.strictEqual(idleAt(signs, 10_001), 10_000 + hiddenAfterMs)
    assert.isUndefined(idleAt(signs, 10_000 + hiddenAfterMs))
  })

  it("ends by idleness first when the page was hidden late", () => {
    const signs = { lastInputAt: 0, hiddenSince: idleAfterMs - 1_000 }
    assert.strictEqual(idleAt(signs, idleAfterMs - 500), idleAfterMs)
  })
})

describe("addresses", () => {
  const id = "01890000-0000-7000-8000-000000000001"
  it("name a conversation only by a whole id", () => {
    assert.strictEqual(conversationIn(`/c/${id}`), id)
    assert.strictEqual(conversationIn(`/c/${id}/details`), id)
    for (const path of ["/", "/c/", "/c/abc", `/board/${id}`, `/c/${id}x`]) assert.isUndefined(conversationIn(path))
  })

  it("lose an invite as soon as it is taken", () => {
    const invite = (hash: string, search = "") => {
      const shown: Array<unknown> = []
      const history = {
        replaceState: (_data: unknown, _unused: string, url?: string | URL | null) => void shown.push(url)
      }
      return [takeInvite({ hash, search, pathname: "/register" }, history), ...shown]
    }
    assert.deepStrictEqual(invite("#invite=abc-DEF_123"), ["abc-DEF_123", "/register"])
    assert.deepStrictEqual(invite("", "?invite=abcdefgh"), ["abcdefgh", "/register"])
    assert.deepStrictEqual(invite("#invite=short"), [undefined])
    assert.deepStrictEqual(invite("#main"), [undefined])
    assert.deepStrictEqual(invite("#reset=abc-DEF_123"), [undefined])
  })

  it("lose the code of a link for a new password as soon as it is taken", () => {
    const shown: Array<unknown> = []
    const history = { replaceState: (_data: unknown, _unused: string, url?: unknown) => void shown.push(url) }
    const from = { hash: "#reset=abc-DEF_123", search: "", pathname: "/reset" }
    assert.strictEqual(takeResetCode(from, history), "abc-DEF_123")
    assert.deepStrictEqual(shown, ["/reset"])
  })
})

describe("preferences", () => {
  it("fall back where nothing that is known is kept", () => {
    assert.deepStrictEqual([undefined, "", "dark", "light", "system", "blue"].map(readTheme), [
      "system",
      "system",
      "dark",
      "light",
      "system",
      "system"
    ])
    assert.deepStrictEqual(
      [readSendKey(undefined, false), readSendKey(undefined, true), readSendKey("enter", true)],
      ["enter", "modEnter", "enter"]
    )
  })
})

describe("a device's name", () => {
  it("is the browser's and the system's, as far as they tell", () => {
    const chrome =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    const iphone =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
    assert.strictEqual(deviceName({ userAgent: chrome }), "Chrome, Linux")
    assert.strictEqual(deviceName({ userAgent: `${chrome} Edg/140.0` }), "Edge, Linux")
    assert.strictEqual(deviceName({ userAgent: iphone }), "Safari, iPhone")
    assert.strictEqual(deviceName({ userAgent: "curl" }), "Browser")
  })
})
