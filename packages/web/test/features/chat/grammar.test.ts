/** The grammar of messages: what becomes what, and what holds for any text. */
import { assert, describe, it } from "@effect/vitest"
import { withHonestHosts } from "@hibiki/core/domain/Addresses"
import { FastCheck as fc } from "effect"
import type { Inline } from "../../../src/features/chat/text/grammar.ts"
import { type Block, parseMessage, plainText } from "../../../src/features/chat/text/grammar.ts"
import { markup } from "./markup.ts"

/** A tree in short: `b(x)` is bold. */
const inline = (nodes: ReadonlyArray<Inline>): string =>
  nodes
    .map((node) =>
      node.kind === "text"
        ? node.text
        : node.kind === "code"
          ? `code(${node.text})`
          : node.kind === "link"
            ? `a(${node.href})`
            : `${node.kind}(${inline(node.children)})`
    )
    .join("")
const block = (it: Block): string => {
  switch (it.kind) {
    case "code":
      return `pre(${it.text})`
    case "list":
      return `${it.start === undefined ? "ul" : `ol${it.start}`}(${it.items.map(inline).join("|")})`
    case "quote":
      return `quote(${inline(it.children)})`
    case "paragraph":
      return inline(it.children)
  }
}
const shown = (text: string) => parseMessage(text).map(block).join("¶")

describe("emphasis", () => {
  it.each([
    ["**bold** and *italic*", "bold(bold) and italic(italic)"],
    ["**「強調」**です", "bold(「強調」)です"],
    ["これは**重要**。", "これはbold(重要)。"],
    ["*斜体*の文字と_下線_", "italic(斜体)の文字とitalic(下線)"],
    ["~~取り消し~~線", "strike(取り消し)線"],
    ["||秘密||です", "spoiler(秘密)です"],
    ["**a *b* c**", "bold(a italic(b) c)"],
    ["***both***", "bold(italic(both))"],
    ["~~a **b~~ c**", "strike(a **b) c**"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["2*3*4", "2*3*4"],
    ["snake_case_name", "snake_case_name"],
    ["__init__", "__init__"],
    ["@山_田_太郎 です", "@山_田_太郎 です"],
    ["＠иван_п_ш, _да_", "＠иван_п_ш, italic(да)"],
    ["_@花子_ です", "italic(@花子) です"],
    ["@花子 _強調_です", "@花子 italic(強調)です"],
    ["****", "****"],
    ["**", "**"],
    ["** a **", "** a **"],
    ["\\*not\\*", "*not*"],
    ["¯\\_(ツ)_/¯", "¯_(ツ)_/¯"],
    ["**open", "**open"],
    ["`**code**`", "code(**code**)"],
    ["``a ` b``", "code(a ` b)"],
    ["`open", "`open"],
    ["one\ntwo", "one\ntwo"]
  ])("%s", (text, wanted) => assert.strictEqual(shown(text), wanted))
})

describe("links", () => {
  it.each([
    ["see https://example.org/a?b=c#d.", "see a(https://example.org/a?b=c#d)."],
    ["https://example.org/docsを見て", "a(https://example.org/docs)を見て"],
    ["https://example.org/docs。次", "a(https://example.org/docs)。次"],
    ["（https://example.org/）", "（a(https://example.org/)）"],
    ["(https://example.org/a_(b))", "(a(https://example.org/a_(b)))"],
    ["**https://example.org/**", "bold(a(https://example.org/))"],
    ["||https://example.org||", "spoiler(a(https://example.org))"],
    ["http://例え.jp/ です", "a(http://例え.jp/) です"],
    ["xhttps://example.org", "xhttps://example.org"],
    ["javascript:alert(1)", "javascript:alert(1)"],
    ["ftp://example.org", "ftp://example.org"],
    ["https://", "https://"],
    ["https://user:pw@example.org/", "https://user:pw@example.org/"],
    ["https://example.org\u202Egnp.exe", "a(https://example.org)\u202Egnp.exe"],
    ["<https://example.org>", "<a(https://example.org)>"],
    ["https://exämple.org/ü", "a(https://exämple.org/ü)"]
  ])("%s", (text, wanted) => assert.strictEqual(shown(text), wanted))
})

it("a link shows the ASCII form of a host that passes for another one, and leads where it was written to", () =>
  assert.deepStrictEqual(parseMessage("https://аррӏе.com/x です"), [
    {
      kind: "paragraph",
      children: [
        { kind: "link", text: "https://xn--80ak6aa92e.com/x", href: "https://аррӏе.com/x" },
        { kind: "text", text: " です" }
      ]
    }
  ]))

describe("blocks", () => {
  it.each([
    ["```ts\nconst a = 1\n```", "pre(const a = 1)"],
    ["```one line```", "pre(one line)"],
    ["before\n```\n**x**\n```\nafter", "before¶pre(**x**)¶after"],
    ["```\nnever closed", "```\nnever closed"],
    ["> quoted\n> more\nnot", "quote(quoted\nmore)¶not"],
    ["＞引用", "quote(引用)"],
    ["- a\n- **b**", "ul(a|bold(b))"],
    ["・あ\n・い", "ul(あ|い)"],
    ["3. c\n4. d", "ol3(c|d)"],
    ["-not a list", "-not a list"],
    ["", ""]
  ])("%s", (text, wanted) => assert.strictEqual(shown(text), wanted))
})

it("a preview says nothing of what a spoiler hides", () =>
  assert.strictEqual(plainText("it was ||the butler||"), "it was ▒▒▒"))

describe("for any text", () => {
  const hostile = fc.array(fc.constantFrom(...markup), { maxLength: 120 }).map((parts) => parts.join(""))
  /** Everything that a tree shows. */
  const content = (blocks: ReadonlyArray<Block>): string =>
    blocks
      .map((it) =>
        it.kind === "code"
          ? it.language + it.text
          : it.kind === "list"
            ? it.items.map(letters).join("")
            : letters(it.children)
      )
      .join("")
  const letters = (nodes: ReadonlyArray<Inline>): string =>
    nodes
      .map((node) => (node.kind === "link" ? written(node) : "text" in node ? node.text : letters(node.children)))
      .join("")
  /** A link shows its address without a name that would pass for its host. */
  const written = (link: { readonly href: string; readonly text: string }): string =>
    withHonestHosts(link.href) === link.text ? link.href : link.text
  /** Without what may be a mark. */
  const kept = (text: string) => text.replace(/[*_~|`>＞・\-•\\\s\d.)]/gu, "")

  it("nothing but marks is lost, and nothing is added", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: "binary", maxLength: 80 })), (text) => {
        assert.strictEqual(kept(content(parseMessage(text))), kept(text))
      }),
      { numRuns: 3_000, examples: [["https://http://xy@("]] }
    )
  })

  it("a text without marks is one paragraph of itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."あ漢字abc 、。「」!?é😀"), minLength: 1 }), (text) => {
        assert.deepStrictEqual(parseMessage(text), [{ kind: "paragraph", children: [{ kind: "text", text }] }])
      })
    )
  })

  it("links are web addresses, whatever is written", () => {
    const hrefs = (nodes: ReadonlyArray<Inline>): ReadonlyArray<string> =>
      nodes.flatMap((node) => (node.kind === "link" ? [node.href] : "children" in node ? hrefs(node.children) : []))
    fc.assert(
      fc.property(hostile, (text) => {
        for (const it of parseMessage(text))
          for (const href of it.kind === "code"
            ? []
            : it.kind === "list"
              ? it.items.flatMap(hrefs)
              : hrefs(it.children))
            assert.match(new URL(href).protocol, /^https?:$/)
      }),
      { numRuns: 2_000 }
    )
  })
})
