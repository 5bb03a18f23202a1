/** The connection's state in words, with the countdown to the next try. */
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import type { Tone } from "./ScreenModel.ts"

export const connectionText = (
  status: ConnectionStatus,
  now: number
): { readonly text: string; readonly tone: Tone } => {
  switch (status._tag) {
    case "live":
      return { text: "live", tone: "good" }
    case "syncing":
      return { text: "syncing", tone: "busy" }
    case "connecting":
      return { text: "connecting", tone: "busy" }
    case "offline":
      return { text: "offline", tone: "bad" }
    case "waiting":
      return { text: `offline, next try in ${Math.max(0, Math.ceil((status.until - now) / 1_000))} s`, tone: "bad" }
    case "stopped":
      return { text: stopped[status.reason], tone: "bad" }
  }
}

const stopped: Readonly<Record<Extract<ConnectionStatus, { readonly _tag: "stopped" }>["reason"], string>> = {
  replaced: "stopped: this device went on elsewhere",
  revoked: "signed out: this device was ended",
  signedOut: "signed out",
  version: "stopped: this program is too old for the server",
  bad_frame: "stopped: the server could not read this program"
}
