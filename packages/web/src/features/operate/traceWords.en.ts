/** Words of the screen that follows one message, and of acts on processes, in English. */
export const traceWordsEn = {
  intro:
    "Find out where a message is: what the store has, which devices received it, and when each process had it. No text is shown. Everybody who appears below finds it in their activity, and the audit log notes it.",
  form: "Message",
  messageId: "Id of the message",
  messageIdHint: "In the chat, “Copy message ID” is in the menu of each message. The server’s log has the id, too.",
  messageIdWrong: "This isn’t an id of a message: it has 36 characters, such as 01a2b3c4-….",
  handle: "Only this person (username)",
  handleHint: "Left empty, up to 20 members are shown.",
  reason: "Reason",
  reasons: {
    asked: "the person asked",
    fault: "a fault",
    abuse: "abuse",
    security: "an attack"
  },
  password: "Your password",
  look: "Look it up",
  limit: "You can do this five times a day.",
  record: "On record",
  stored: (seq: string, conversation: string, time: string) =>
    `Stored as number ${seq} of conversation ${conversation}, ${time}.`,
  refused: (code: string, conversation: string, time: string) =>
    `Refused (${code}) in conversation ${conversation}, ${time}.`,
  nothing: "The store has nothing of it: it is on its way, or was put aside.",
  by: (name: string) => `Sent by ${name}.`,
  others: (count: string) => `${count} more members are not shown.`,
  people: {
    caption: "People and devices",
    none: "Nobody.",
    person: "Person",
    device: "Device",
    noDevice: "no device signed in",
    received: "Received",
    has: "yes",
    hasNot: "not known to have it",
    read: "Read",
    readYes: "yes",
    readNo: "no",
    push: "Push",
    noPush: "none",
    muted: "muted",
    left: "no member",
    pushes: {
      due: "due",
      sent: "sent",
      cancel: "being taken back",
      cancelled: "taken back",
      unreachable: "no address",
      revoked: "not sent: signed out",
      left: "not sent: no member",
      read: "not sent: read before",
      muted: "not sent: muted",
      blocked: "not sent: sender blocked",
      active: "not sent: a device was in use",
      failed: "given up"
    } as Readonly<Record<string, string>>
  },
  stations: {
    caption: "Stations",
    none: "Not sampled: no process noted its way. What is on record is above.",
    time: "Time",
    after: "After",
    afterMs: (ms: string) => `${ms} ms`,
    station: "Station",
    names: {
      received: "received by a gateway",
      submitted: "confirmed by the broker",
      taken: "taken by a worker",
      stored: "stored",
      refused: "refused",
      published: "published",
      deadLettered: "put aside",
      arrived: "arrived at a gateway",
      sent: "sent to the device",
      caughtUp: "read from the log for the device",
      acknowledged: "acknowledged by the device"
    } as Readonly<Record<string, string>>,
    who: "Who",
    process: "Process",
    clock: "Clock ahead",
    clockMs: (ahead: string, doubt: string) => `${ahead} ms ± ${doubt}`
  },
  silent: (count: string) => `${count} processes did not answer: their stations are missing.`,
  alone: "Only this process could be asked: other processes’ stations are missing.",
  acts: {
    column: "Action",
    drain: "Drain",
    drainNamed: (process: string) => `Drain ${process}`,
    drainTitle: (process: string) => `Drain ${process}?`,
    drainText:
      "It finishes what it has, asks its sockets to connect elsewhere, and ends. Whatever supervises it may start it again.",
    drainDone: (process: string) => `${process} ends now.`,
    stop: "Stop",
    stopNamed: (actor: string) => `Stop ${actor}`,
    stopTitle: (actor: string) => `Stop ${actor}?`,
    stopText:
      "It handles its waiting messages and stops, with all actors below it. Sockets of a person or device end, and connect again.",
    stopDone: "The actor is stopped.",
    disconnect: "Disconnect",
    disconnectNamed: (socket: string) => `Disconnect ${socket}`,
    disconnectTitle: "Disconnect this socket?",
    disconnectText: "Its app connects again within seconds. Nothing is lost.",
    disconnectDone: "The socket is disconnected."
  }
}

export type TraceWords = typeof traceWordsEn
