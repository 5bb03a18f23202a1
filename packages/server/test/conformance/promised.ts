/**
 * The bad inputs that are promised to be harmless, each with the cases that try it: by the group's name and the
 * beginning of the case's.
 */

interface Promised {
  readonly item: string
  /** `group / beginning of the case's name`. */
  readonly cases: ReadonlyArray<string>
  /** What of it no case can try from outside, and where it is tried instead. */
  readonly bounded?: string
}

const framing = (name: string): string => `bad inputs: framing / ${name}`
const vector = (name: string): string => `bad inputs: wire vectors / ${name}`
const body = (name: string): string => `bad inputs: bodies / ${name}`
const stream = (name: string): string => `bad inputs: streams / ${name}`
const request = (name: string): string => `bad inputs: requests / ${name}`
const connection = (name: string): string => `bad inputs: connections / ${name}`
const turn = (name: string): string => `bad inputs: out of turn / ${name}`
const others = (name: string): string => `bad inputs: others' things / ${name}`
const forged = (name: string): string => `bad inputs: forged fields / ${name}`
const large = (name: string): string => `bad inputs: large / ${name}`
const slow = (name: string): string => `bad inputs: slow / ${name}`
const state = (name: string): string => `order and state / ${name}`

const frames: ReadonlyArray<Promised> = [
  { item: "unmasked", cases: [framing("an unmasked frame"), framing("an unmasked frame, before hello")] },
  { item: "RSV1 without deflate", cases: [framing("a compressed frame where nothing was agreed")] },
  { item: "opcode 11", cases: [framing("opcode 11")] },
  {
    item: "length 100 KB with no body",
    cases: [
      framing("a length of 100 KB without a body"),
      framing("a length of 2^63"),
      slow("a length within the bound without a body")
    ]
  },
  { item: "fragmented ping", cases: [framing("a ping in parts")] },
  { item: "continuation first", cases: [framing("a continuation first")] },
  {
    item: "bad UTF-8",
    cases: [
      framing("bytes that are not UTF-8"),
      framing("a lone surrogate in UTF-8"),
      body("a body: bytes that are not")
    ]
  },
  {
    item: "binary where text is expected",
    cases: [framing("a binary message"), framing("an empty binary message"), stream("a binary message")]
  },
  {
    item: "half close then silence",
    cases: [connection("half closed: an upgrade, then silence"), connection("half closed: in the body")]
  },
  { item: "a deflate bomb", cases: [framing("an offer of permessage-deflate; client_max_window_bits")] },
  { item: "Sec-WebSocket-Extensions: constructor", cases: [framing("an offer of constructor")] }
]

const json: ReadonlyArray<Promised> = [
  { item: "empty", cases: [vector("nothing"), vector("only white space"), stream("nothing")] },
  { item: "null", cases: [vector("null"), body("user.find: null"), body("an envelope that is null"), stream("null")] },
  { item: "[]", cases: [vector("an array"), body("user.find: a list"), stream("a list of one")] },
  { item: '"x"', cases: [vector("a string"), body("user.find: a text"), body("an envelope that is a text")] },
  { item: "truncated", cases: [vector("cut short"), body("a body: a truncated object"), stream("no JSON")] },
  { item: "trailing garbage", cases: [vector("trailing garbage"), body("a body: trailing garbage")] },
  { item: "two documents", cases: [vector("two documents"), body("a body: two documents"), stream("two documents")] },
  { item: "BOM", cases: [vector("a byte order mark"), body("a body: a byte order mark")] },
  {
    item: "duplicate keys",
    cases: [
      vector("a repeated key"),
      body("a body: a repeated key"),
      body("a body: a key repeated by an escape"),
      stream("a repeated key")
    ]
  },
  { item: "depth 17", cases: [vector("nesting of 17"), body("a body: depth 17"), stream("depth 17")] },
  { item: "depth 1,000,000", cases: [vector("nesting of 1,000,000"), large("a body of depth 1,000,000")] },
  {
    item: "10,000 keys",
    cases: [large("a frame of 10,000 keys"), large("a body of 10,000 keys"), large("a frame of 5,000 keys")]
  },
  { item: "1e999", cases: [vector("a target: not finite"), body("a body: an infinite number")] },
  { item: "-0", cases: [vector("a target: minus zero")] },
  { item: "1.5", cases: [vector("a target: a fraction"), body("user.find: limit 1.5")] },
  {
    item: "an object where a string is expected",
    cases: [vector("an object where a text"), body("user.find: an object for a text"), stream("an object for an id")]
  },
  { item: "unknown op", cases: [vector("an unknown op"), stream("an unknown word"), request("an unknown call")] },
  { item: "missing op", cases: [vector("an empty object"), body("an envelope that is an empty object")] },
  { item: "request id repeated", cases: [stream("two requests of one id")] }
]

const texts: ReadonlyArray<Promised> = [
  { item: "NUL", cases: [vector("a post of NUL"), body("a body: NUL"), connection("NUL in a header")] },
  {
    item: "a lone surrogate",
    cases: [vector("a lone high surrogate"), vector("a lone low surrogate"), body("a body: a lone high surrogate")]
  },
  {
    item: "zero-width only",
    cases: [vector("a post of zero-width only"), body("conversation.rename: zero-width only")]
  },
  {
    item: "blank only (U+00A0, U+3164)",
    cases: [
      vector("a post of no-break spaces"),
      vector("a post of Hangul filler"),
      body("conversation.rename: a title of blanks")
    ]
  },
  { item: "4,001 code points", cases: [vector("4,001 code points"), vector("4,001 code points above")] },
  { item: "NFC and NFD twins of a handle", cases: ["calls / auth.register: HandleTaken"] },
  { item: "<script>, javascript:", cases: ["client frames / post: whatever is text is stored and told exactly"] },
  {
    item: "SQL quotes",
    cases: [
      "client frames / post: whatever is text is stored and told exactly",
      body("conversation.join: SQL for an id")
    ]
  }
]

const authority: ReadonlyArray<Promised> = [
  { item: "send before auth", cases: [turn("a post before hello"), turn("a ping before hello")] },
  { item: "auth twice", cases: [turn("hello twice")] },
  {
    item: "ticket reuse",
    cases: [turn("a ticket that has served"), state("a ticket that two bring at the same time")]
  },
  { item: "another device's ticket", cases: [turn("another device's ticket"), turn("another user's ticket")] },
  {
    item: "unknown, foreign or left conversation",
    cases: [
      "final codes / not_found",
      others("a post to a conversation of others"),
      "authority: frames / post: looks absent by former"
    ]
  },
  {
    item: "foreign history",
    cases: [others("others' history"), others("a range of a conversation of others"), others("others' changes")]
  },
  { item: "cursor negative", cases: [turn("a negative cursor in ack"), turn("a negative cursor in hello")] },
  {
    item: "cursor beyond the end",
    cases: [
      turn("an ack above what was sent"),
      turn("a read beyond the end"),
      "server frames / reset: answers a cursor beyond the end"
    ]
  },
  {
    item: "cursor of another user",
    cases: [
      "authority: frames / hello: a cursor of a conversation of others by stranger",
      others("an ack of a conversation of others")
    ]
  },
  {
    item: "an old ack replayed",
    cases: [turn("an old ack again"), state("an old ack and an old read take nothing back")]
  },
  { item: "the same id with another body", cases: [others("the same id with another body")] },
  { item: "the same id from another user", cases: [others("the same id of another user")] },
  { item: "editing a foreign message", cases: [others("an edit of another's message")] },
  { item: "a reply across conversations", cases: [others("a reply across conversations")] },
  {
    item: "a group of 0",
    cases: [state("a group of oneself alone is one, and can be left"), body("conversation.add: nobody to add")]
  },
  {
    item: "a group of 5,001",
    cases: [others("a group of too many"), body("conversation.add: 501 people to add")],
    bounded:
      "5,000 accounts cost 5,000 hashes of passwords: what one command may name is tried here, the bound of all in the append's own tests"
  },
  { item: "the last owner leaving", cases: [others("the last owner leaving"), "final codes / last_owner"] },
  {
    item: "limit 0, -1, 1e9",
    cases: [
      others("history by 0"),
      others("history by -1"),
      others("history by 1000000000"),
      body("user.find: limit 0")
    ]
  },
  {
    item: "two sockets of one device and instance",
    cases: ["close codes / replaced", state("two sockets of one device are both live")]
  },
  {
    item: "an RPC after revocation in the same segment",
    cases: [state("a call behind the end of its sign-in"), state("a call in the same segment")]
  },
  {
    item: "forged sender",
    cases: [forged("a post with sender"), forged("an edit with by"), body("conversation.join: a forged sender")]
  },
  { item: "forged seq", cases: [forged("a post with seq"), vector("a forged seq in a post")] },
  { item: "forged at", cases: [forged("a post with at"), vector("a forged time in a post")] },
  { item: "forged device", cases: [forged("a post with device")] }
]

const http: ReadonlyArray<Promised> = [
  {
    item: "TE and CL both",
    cases: [connection("a length and chunks"), connection("chunks and a length"), connection("two lengths")]
  },
  { item: "../", cases: [connection("a path upwards: /../../etc/passwd"), connection("a path upwards: /%2e%2e")] },
  { item: "spoofed X-Forwarded-For", cases: ["calls / auth.signIn: RateLimited"] },
  { item: "wrong content types", cases: [request("a body of text/plain"), request("a body of multipart/form-data")] },
  { item: "a gzip body", cases: [request("a body packed as gzip")] }
]

export const promised: ReadonlyArray<Promised> = [...frames, ...json, ...texts, ...authority, ...http]
