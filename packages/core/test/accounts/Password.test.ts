import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { addressKey } from "../../src/accounts/AccountNetworks.ts"
import { commonPasswords } from "../../src/accounts/commonPasswords.ts"
import { choosePassword, preparePassword } from "../../src/accounts/Password.ts"
import { type Handle, searchKey } from "../../src/domain/Handle.ts"

const problemOf = (typed: string) =>
  Either.match(choosePassword(typed, "green-gables" as Handle), { onLeft: (problem) => problem, onRight: () => "fine" })

describe("passwords", () => {
  it("have 10 to 128 characters, counted as people count them", () => {
    assert.strictEqual(problemOf("ninechars"), "too_short")
    assert.strictEqual(problemOf("ten chars!"), "fine")
    assert.strictEqual(problemOf("😀🎉🌊🍵🎧🐈🦀🌱🔭"), "too_short")
    assert.strictEqual(problemOf("😀🎉🌊🍵🎧🐈🦀🌱🔭🎈"), "fine")
    const long = "four".repeat(31).replace(/four$/, "")
    assert.strictEqual(problemOf(`a sentence ${long}`.slice(0, 128).padEnd(128, "z")), "fine")
    assert.strictEqual(problemOf(`a sentence ${long}`.slice(0, 128).padEnd(129, "z")), "too_long")
  })

  it("need no digits, capitals or signs", () => {
    assert.strictEqual(problemOf("correcthorsestaple"), "fine")
    assert.strictEqual(problemOf("パスワードは長いほど良い"), "fine")
  })

  it("are none of those tried first, however written", () => {
    for (const typed of ["1234567890", "QwertyUiop", "ｐａｓｓｗｏｒｄ１２３", "correct horse battery staple"])
      assert.strictEqual(problemOf(typed), "common")
  })

  it("are no few characters over and over", () => {
    for (const typed of ["aaaaaaaaaa", "abababababab", "xyz-xyz-xyz-xy"]) assert.strictEqual(problemOf(typed), "common")
    assert.strictEqual(problemOf("banana banana nabana"), "fine")
  })

  it("are none of the most common ones, in any case, nor a shorter common one twice or with a few digits and signs", () => {
    for (const typed of [
      "Qwertyuiop",
      "basketball",
      "TERMINATOR",
      "Monkey2024!",
      "dragon12345",
      "123dragon!!",
      "letmeinletmein",
      "ｓｕｐｅｒｍａｎ２０２６",
      // As rules of capitals, digits and signs teach it.
      "P@ssw0rd2026",
      "P@ssw0rd!!",
      "Pa$$w0rd123",
      "Hibiki2026!",
      "!@#$%^&*()",
      "password password",
      "Iloveyou, iloveyou",
      "monkey-monkey!"
    ])
      assert.strictEqual(problemOf(typed), "common", typed)
    for (const typed of ["monkey of mine", "dragon-471-193", "superman and superwoman", "kokoro-no-oto"])
      assert.strictEqual(problemOf(typed), "fine", typed)
  })

  it("are not one's handle", () => {
    for (const typed of [
      "Green-Gables",
      "GreenGables",
      "green_gables",
      "green-gables1",
      "2026 Green Gables!",
      "green-gables.Green-Gables"
    ])
      assert.strictEqual(problemOf(typed), "is_handle", typed)
    for (const typed of ["anne of green gables", "green-gables-193847"])
      assert.strictEqual(problemOf(typed), "fine", typed)
  })

  it("hold no control characters and no broken ones", () => {
    for (const typed of ["ten chars!\u0000", "ten chars!\n", "ten chars!\ud800"])
      assert.strictEqual(problemOf(typed), "characters")
  })

  it("have one form for all spellings of a letter and a space, and keep everything else", () => {
    assert.strictEqual(preparePassword("cafe\u0301\u3000au\u00a0lait"), "caf\u00e9 au lait")
    assert.strictEqual(preparePassword("  Ｗide ﬁ  "), "  Ｗide ﬁ  ")
  })

  it("the list of common ones is folded as it is compared, and of those that are long enough", () => {
    assert.isAbove(commonPasswords.size, 2_000)
    for (const common of commonPasswords) {
      assert.strictEqual(searchKey(common), common)
      assert.isAtLeast(common.length, 10)
    }
  })
})

describe("the key of an address", () => {
  it("is an IPv4 address itself and the first half of an IPv6 address", () => {
    assert.strictEqual(addressKey("192.0.2.1"), "192.0.2.1")
    for (const [address, key] of [
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
      ["2001:db8::1", "2001:db8:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
      ["1:2::", "1:2:0:0::/64"]
    ] as const) {
      assert.strictEqual(addressKey(address), key)
    }
  })
})
