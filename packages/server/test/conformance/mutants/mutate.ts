/**
 * Makes something wrong of something right, or of something wrong already: one to four changes, of the structure and
 * then of the text.
 */
import { changeAt, Fields, isList, type JsonTree, sizeOf, textOf, Verbatim } from "./JsonTree.ts"
import type { Random } from "./Random.ts"

type Change = (tree: JsonTree, random: Random) => JsonTree

const numbers = [
  "-1",
  "0",
  "-0",
  "0.5",
  "1.5",
  "2",
  "1e9",
  "9007199254740991",
  "9007199254740992",
  "1e308",
  "1e999",
  "-1e999",
  "1E0",
  "0x10",
  "01",
  "NaN"
] as const
const keys = [
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "then",
    "length",
    "op",
    "id",
    "_tag",
    "tag"
  ],
  ...[
    "payload",
    "headers",
    "seq",
    "by",
    "at",
    "sender",
    "userId",
    "admin",
    "",
    " ",
    "$ne",
    "$where",
    "a".repeat(300),
    "\u202eop",
    "\uff4f\uff50",
    "\u0000"
  ]
] as const
const texts = [
  ...[
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\u00a0",
    "\u3164",
    "\u200b",
    "\ufeff",
    "\u202e\u2066",
    "e\u0301",
    "\u212b",
    "I\u0307",
    "\u{1f468}\u200d\u{1f469}"
  ],
  ...[
    "' or 1=1 --",
    "'; drop table events; --",
    "$1",
    "%s%n",
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "../../etc/passwd"
  ],
  ...[
    "null",
    "undefined",
    "true",
    "[object Object]",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-7fff-bfff-ffffffffffff"
  ],
  ...["a".repeat(65), "a".repeat(129), "\u{1f600}".repeat(4_001), "\u0301".repeat(1_000)]
] as const
/** Such that JSON.stringify can't write them. */
const verbatims = [
  '"\\ud83d"',
  '"\\ude00"',
  '"\\u0000"',
  '"\\x41"',
  "'a'",
  "undefined",
  "Infinity",
  "//",
  "",
  ",",
  '"',
  "\\",
  "{",
  "]",
  "\u0000"
] as const
const depths = [1, 2, 15, 16, 17, 100, 5_000] as const
const others: ReadonlyArray<JsonTree> = [
  null,
  true,
  false,
  0,
  "x",
  [],
  new Fields([]),
  new Fields([["$ne", null]]),
  [[]],
  new Fields([["__proto__", new Fields([["admin", true]])]])
]

const nested: Change = (tree, random) => {
  const depth = random.pick(depths)
  const [open, close] = random.chance(0.5) ? ["[", "]"] : ['{"a":', "}"]
  return new Verbatim(`${open.repeat(depth)}${textOf(tree)}${close.repeat(depth)}`)
}
const replaced: Change = (_, random) => others[random.below(others.length)] ?? null
const scalar: Change = (_, random) => {
  if (random.chance(0.4)) return new Verbatim(random.pick(numbers))
  return random.chance(0.8) ? random.pick(texts) : new Verbatim(random.pick(verbatims))
}

const places = [1, 2, 3, 50, 1_000_000, 9_007_199_254_740_991] as const
const oddTexts = [
  ...[
    "a",
    "\u0301",
    "e\u0301",
    "\u202eabc",
    "' or 1=1 --",
    "<script>alert(1)</script>",
    "null",
    "__proto__",
    "\u{1f468}\u200d\u{1f469}",
    "👍"
  ],
  ...[
    "line\nfeed",
    "\u2028\u2029",
    "%00",
    "\\u0000",
    "idle",
    "active",
    "group",
    "channel",
    "owner",
    "\u{10ffff}",
    "ﷺ".repeat(500)
  ]
] as const

/** Leaves it well-formed more often than not, so that what lies behind the form is reached. */
const gentle: Change = (tree, random) => {
  if (typeof tree === "number") return random.pick(places)
  if (typeof tree === "boolean") return !tree
  if (typeof tree === "string") {
    const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(tree)
    if (isId && random.chance(0.7)) return `${tree.slice(0, -1)}${random.below(16).toString(16)}`
    return isId ? tree : random.pick(oddTexts)
  }
  if (isList(tree)) return random.chance(0.5) ? [...tree].reverse() : [...tree, ...tree.slice(0, 1)]
  return tree instanceof Fields ? new Fields([...tree.pairs].reverse()) : tree
}

const listChange: Change = (tree, random) => {
  if (!isList(tree)) return scalar(tree, random)
  const at = random.below(Math.max(1, tree.length))
  const own = tree[at] ?? null
  if (random.chance(0.3)) return tree.toSpliced(at, 1)
  if (random.chance(0.4)) return tree.toSpliced(at, 0, own)
  if (random.chance(0.5)) return new Array<JsonTree>(random.pick([2, 50, 51, 200, 201, 500, 501])).fill(own)
  return [...tree].reverse()
}

const fieldsChange: Change = (tree, random) => {
  if (!(tree instanceof Fields)) return listChange(tree, random)
  const { pairs } = tree
  const at = random.below(Math.max(1, pairs.length))
  const [key, value] = pairs[at] ?? ["a", null]
  const [otherKey, otherValue] = pairs[random.below(Math.max(1, pairs.length))] ?? ["b", null]
  switch (random.below(8)) {
    case 0:
      return new Fields(pairs.toSpliced(at, 1))
    case 1:
      return new Fields([...pairs, [key, random.chance(0.5) ? value : otherValue]])
    case 2:
      return new Fields(pairs.toSpliced(at, 1, [random.pick(keys), value]))
    case 3:
      return new Fields([...pairs, [random.pick(keys), random.chance(0.5) ? value : scalar(null, random)]])
    case 4:
      return new Fields(
        pairs.map(([each, own]) =>
          each === key ? [each, otherValue] : each === otherKey ? [each, value] : [each, own]
        )
      )
    case 5:
      return new Fields([
        ...pairs,
        ...Array.from({ length: random.pick([10, 64, 70]) }, (_, n) => [`k${n}`, n] as const)
      ])
    case 6:
      return new Fields(pairs.toSpliced(at, 1, [random.chance(0.5) ? key.toUpperCase() : `${key} `, value]))
    default:
      return new Fields([...pairs].reverse())
  }
}

const changes: readonly [Change, ...ReadonlyArray<Change>] = [
  replaced,
  scalar,
  scalar,
  fieldsChange,
  fieldsChange,
  fieldsChange,
  fieldsChange,
  nested
]

const textChange = (text: string, random: Random): string => {
  const at = random.below(text.length + 1)
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(at)
    case 2:
      return text + text
    case 3:
      return `${text.slice(0, at)}${text.slice(at + 1)}`
    case 4:
      return `${text.slice(0, at)}${String.fromCharCode(random.below(random.chance(0.5) ? 128 : 0xd800))}${text.slice(at)}`
    case 5:
      return `${random.pick(["\ufeff", " ", "\n", "\u0000", "/**/", "[", "x"])}${text}`
    case 6:
      return `${text}${random.pick(["\ufeff", " ", "\u0000", "//", "]", "}", ",", "x", " ".repeat(65_536)])}`
    default:
      return text.replaceAll('"', random.pick(["'", "", '""', '\\"']))
  }
}

/**
 * A character that was cut in two has no UTF-8: what is sent is its replacement. One that is escaped stays as it is.
 */
const onTheWire = (text: string): string => text.toWellFormed()

export const mutate = (tree: JsonTree, random: Random): string => {
  let mutant = tree
  const rounds = random.pick([1, 1, 1, 2, 2, 3, 4])
  if (random.chance(0.5)) {
    for (let round = 0; round < rounds; round++)
      mutant = changeAt(mutant, random.below(sizeOf(mutant)), (each) => gentle(each, random))
    return onTheWire(textOf(mutant))
  }
  // Most fields lie below the top, and a change of the top is seldom an interesting one.
  for (let round = 0; round < rounds; round++) {
    const change = random.pick(changes)
    const size = sizeOf(mutant)
    const at =
      change === fieldsChange || size === 1 ? (random.chance(0.6) ? 0 : random.below(size)) : 1 + random.below(size - 1)
    mutant = changeAt(mutant, at, (each) => change(each, random))
  }
  const text = textOf(mutant)
  return onTheWire(random.chance(0.15) ? textChange(text, random) : text)
}

/** Of what is no JSON already. */
export const mutateText = (text: string, random: Random): string =>
  onTheWire(textChange(random.chance(0.3) ? textChange(text, random) : text, random))
