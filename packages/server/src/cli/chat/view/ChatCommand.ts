/** What a person types in the chat: text to send, or a command that begins with a slash. */
import { Limits } from "@hibiki/core/domain/Limits"
import { Either } from "effect"

export type ChatCommand =
  | { readonly _tag: "Send"; readonly text: string }
  | { readonly _tag: "Help" }
  | { readonly _tag: "Direct"; readonly handle: string }
  | { readonly _tag: "Group"; readonly title: string; readonly handles: ReadonlyArray<string> }
  | { readonly _tag: "Channel"; readonly title: string }
  | { readonly _tag: "Join"; readonly title: string }
  | { readonly _tag: "Add"; readonly handles: ReadonlyArray<string> }
  | { readonly _tag: "Find"; readonly query: string }
  | { readonly _tag: "Block"; readonly handle: string; readonly on: boolean }
  | { readonly _tag: "List" }
  | { readonly _tag: "Open"; readonly which: string }
  | { readonly _tag: "Close" }
  | { readonly _tag: "Reply"; readonly seq: number; readonly text: string }
  | { readonly _tag: "Edit"; readonly seq: number; readonly text: string }
  | { readonly _tag: "Delete"; readonly seq: number }
  | { readonly _tag: "React"; readonly seq: number; readonly emoji: string; readonly on: boolean }
  | { readonly _tag: "Rename"; readonly title: string }
  | { readonly _tag: "Leave" }
  | { readonly _tag: "Members" }
  | { readonly _tag: "Search"; readonly words: string | undefined }
  | { readonly _tag: "Older" }
  | { readonly _tag: "Unsent" }
  | { readonly _tag: "Retry"; readonly number: number | undefined }
  | { readonly _tag: "Withdraw"; readonly number: number | undefined }
  | { readonly _tag: "Devices" }
  | { readonly _tag: "Revoke"; readonly number: number }
  | { readonly _tag: "Invite"; readonly people: number | undefined; readonly ttlHours: number | undefined }
  | { readonly _tag: "Reconnect" }
  | { readonly _tag: "SignOut" }
  | { readonly _tag: "Quit" }

interface Usage {
  readonly usage: string
  readonly meaning: string
  readonly parse: (rest: string) => ChatCommand | undefined
  /** What comes after it is for the conversation that it opens. */
  readonly opens?: true
}

/** Every command with its help: what is parsed and what is shown can't part. */
export const chatCommands: Readonly<Record<string, Usage>> = {
  help: { usage: "", meaning: "this list", parse: bare({ _tag: "Help" }) },
  dm: {
    usage: "HANDLE",
    meaning: "talk to one person",
    parse: word((handle) => ({ _tag: "Direct", handle: bareHandle(handle) })),
    opens: true
  },
  group: {
    usage: '"TITLE" HANDLE...',
    meaning: "make a group",
    parse: titled((title, rest) => ({ _tag: "Group", title, handles: handlesOf(rest) })),
    opens: true
  },
  channel: {
    usage: "TITLE",
    meaning: "make a channel that anyone here may join",
    parse: line((title) => ({ _tag: "Channel", title })),
    opens: true
  },
  join: { usage: "TITLE", meaning: "join a channel", parse: line((title) => ({ _tag: "Join", title })), opens: true },
  add: {
    usage: "HANDLE...",
    meaning: "add people to the open group or channel",
    parse: line((rest) => ({ _tag: "Add", handles: handlesOf(rest) }))
  },
  find: { usage: "NAME", meaning: "find people", parse: line((query) => ({ _tag: "Find", query: bareHandle(query) })) },
  block: {
    usage: "HANDLE",
    meaning: "have nothing to do with a person: neither writes to the other directly, and that one adds you nowhere",
    parse: word((handle) => ({ _tag: "Block", handle: bareHandle(handle), on: true }))
  },
  unblock: { usage: "HANDLE", meaning: "end that", parse: word((handle) => ({ _tag: "Block", handle: bareHandle(handle), on: false })) },
  list: { usage: "", meaning: "list conversations", parse: bare({ _tag: "List" }) },
  open: {
    usage: "N or NAME",
    meaning: "open a conversation of the list",
    parse: line((which) => ({ _tag: "Open", which })),
    opens: true
  },
  close: { usage: "", meaning: "leave the view of the open conversation", parse: bare({ _tag: "Close" }) },
  reply: { usage: "N TEXT", meaning: "answer message N", parse: numberedLine((seq, text) => ({ _tag: "Reply", seq, text })) },
  edit: { usage: "N TEXT", meaning: "change message N", parse: numberedLine((seq, text) => ({ _tag: "Edit", seq, text })) },
  delete: { usage: "N", meaning: "delete message N", parse: numbered((seq) => ({ _tag: "Delete", seq })) },
  react: {
    usage: "N EMOJI",
    meaning: "react to message N",
    parse: numberedLine((seq, emoji) => ({ _tag: "React", seq, emoji, on: true }))
  },
  unreact: {
    usage: "N EMOJI",
    meaning: "take a reaction back",
    parse: numberedLine((seq, emoji) => ({ _tag: "React", seq, emoji, on: false }))
  },
  rename: { usage: "TITLE", meaning: "rename the open group or channel", parse: line((title) => ({ _tag: "Rename", title })) },
  leave: { usage: "", meaning: "leave the open group or channel", parse: bare({ _tag: "Leave" }) },
  members: { usage: "", meaning: "who is in the open conversation", parse: bare({ _tag: "Members" }) },
  search: {
    usage: "[WORDS]",
    meaning: "find messages in the open conversation; without words: go on with older ones",
    parse: (rest) => ({ _tag: "Search", words: rest === "" ? undefined : rest })
  },
  older: { usage: "", meaning: "load older messages (also: PageUp)", parse: bare({ _tag: "Older" }) },
  unsent: { usage: "", meaning: "list what is not sent yet", parse: bare({ _tag: "Unsent" }) },
  retry: {
    usage: "[N]",
    meaning: "send a failed one again, the first or the Nth",
    parse: maybeNumbered((number) => ({ _tag: "Retry", number }))
  },
  withdraw: {
    usage: "[N]",
    meaning: "take an unsent one back, the last or the Nth",
    parse: maybeNumbered((number) => ({ _tag: "Withdraw", number }))
  },
  devices: { usage: "", meaning: "your signed-in devices", parse: bare({ _tag: "Devices" }) },
  revoke: { usage: "N", meaning: "sign device N out", parse: numbered((number) => ({ _tag: "Revoke", number })) },
  invite: { usage: "[PEOPLE] [TIME]", meaning: "make an invite link (admins): for one person, or as in /invite 30 7d", parse: invited },
  reconnect: { usage: "", meaning: "try to connect now", parse: bare({ _tag: "Reconnect" }) },
  signout: { usage: "", meaning: "sign this device out and quit", parse: bare({ _tag: "SignOut" }) },
  quit: { usage: "", meaning: "quit; what is unsent is kept (also: Ctrl-C)", parse: bare({ _tag: "Quit" }) }
}

/** The command that a line is, or what is wrong with it. A message that begins with a slash is typed with two. */
export const parseChatCommand = (input: string): Either.Either<ChatCommand | undefined, string> => {
  const text = input.trim()
  if (text === "") return Either.right(undefined)
  if (text.startsWith("//")) return Either.right({ _tag: "Send", text: text.slice(1) })
  if (!text.startsWith("/")) return Either.right({ _tag: "Send", text: input.trimEnd() })
  const name = nameIn(text)
  const command = commandNamed(name)
  if (command === undefined)
    return Either.left(`/${name} is no command: see /help (a message that begins with a slash is typed with two: //${name}…)`)
  return Either.fromNullable(command.parse(text.slice(name.length + 1).trim()), () => `usage: /${name} ${command.usage}`.trimEnd())
}

/** Whether the line is a command that opens a conversation, be it written well or not. */
export const isOpening = (input: string): boolean => {
  const text = input.trim()
  return text.startsWith("/") && commandNamed(nameIn(text))?.opens === true
}

export const helpLines = (): ReadonlyArray<string> => {
  const commands = Object.entries(chatCommands).map(([name, { meaning, usage }]) => [`/${name} ${usage}`.trimEnd(), meaning] as const)
  const lines = [...commands, ["//TEXT", "send a message that begins with a slash"] as const]
  const width = Math.max(...lines.map(([typed]) => typed.length))
  return lines.map(([typed, meaning]) => `${typed.padEnd(width)}  ${meaning}`)
}

type Parse = Usage["parse"]

function bare(command: ChatCommand): Parse {
  return (rest) => (rest === "" ? command : undefined)
}

function line(make: (rest: string) => ChatCommand): Parse {
  return (rest) => (rest === "" ? undefined : make(rest))
}

function word(make: (word: string) => ChatCommand): Parse {
  return (rest) => (/^\S+$/u.test(rest) ? make(rest) : undefined)
}

function numbered(make: (number: number) => ChatCommand): Parse {
  return (rest) => (/^#?\d{1,15}$/.test(rest) ? make(numberOf(rest)) : undefined)
}

function maybeNumbered(make: (number: number | undefined) => ChatCommand): Parse {
  return (rest) => (rest === "" ? make(undefined) : numbered(make)(rest))
}

function numberedLine(make: (number: number, rest: string) => ChatCommand): Parse {
  return (rest) => {
    const [, number, text] = /^(#?\d{1,15})\s+([\s\S]+)$/.exec(rest) ?? []
    return number === undefined || text === undefined ? undefined : make(numberOf(number), text)
  }
}

/** How many people, and for how many hours or days. What the server refuses is no invite here. */
function invited(rest: string): ChatCommand | undefined {
  const [, people, time, unit] = /^(\d{1,4})?(?:(?:^|\s+)(\d{1,3})([hd]))?$/.exec(rest) ?? []
  const [count, hours] = [people === undefined ? undefined : Number(people), time === undefined ? undefined : Number(time)]
  const ttlHours = hours === undefined || unit === "h" ? hours : 24 * hours
  const isWithin = (value: number | undefined, max: number) => value === undefined || (value >= 1 && value <= max)
  const isInvite = (rest === "" || people !== undefined || time !== undefined) && isWithin(count, Limits.invitePeopleMax)
  return isInvite && isWithin(ttlHours, Limits.inviteHoursMax) ? { _tag: "Invite", people: count, ttlHours } : undefined
}

/** A title in quotes, or one word; then the rest. */
function titled(make: (title: string, rest: string) => ChatCommand): Parse {
  return (input) => {
    const [, quoted, plain, rest = ""] = /^(?:["“「]([^"”」]+)["”」]|(\S+))(?:\s+([\s\S]*))?$/u.exec(input) ?? []
    const title = quoted ?? plain
    return title === undefined ? undefined : make(title, rest)
  }
}

const nameIn = (text: string): string => text.slice(1).split(/\s/, 1)[0] ?? ""
const commandNamed = (name: string): Usage | undefined => (Object.hasOwn(chatCommands, name) ? chatCommands[name] : undefined)
const numberOf = (text: string): number => Number(text.replace("#", ""))
const bareHandle = (text: string): string => text.replace(/^@/, "")
const handlesOf = (text: string): ReadonlyArray<string> => [
  ...new Set(
    text
      .split(/[\s,]+/u)
      .filter((each) => each !== "")
      .map(bareHandle)
  )
]
