/** What the tabs of one browser tell each other at once. Hints only: each tab finds out by itself too, later. */
import type { Draft } from "../model/App.ts"

export type TabMessage =
  | { readonly _tag: "token"; readonly deviceId: string; readonly token: string; readonly until: number }
  | { readonly _tag: "signedOut"; readonly deviceId: string; readonly why: "revoked" | "expired" | "bySelf" }
  | {
      readonly _tag: "draft"
      readonly userId: string
      readonly conversationId: string
      readonly draft: Draft | undefined
    }

export interface Channel {
  readonly post: (message: TabMessage) => void
  /** Answers how to end it. */
  readonly listen: (listener: (message: TabMessage) => void) => () => void
}

/** Nobody listens, where the browser has no channels. */
export const silentChannel: Channel = { post: () => undefined, listen: () => () => undefined }

export const openChannel = (name: string): Channel => {
  if (typeof BroadcastChannel === "undefined") return silentChannel
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) => {
      const hear = (event: MessageEvent<unknown>) => {
        if (isTabMessage(event.data)) listener(event.data)
      }
      channel.addEventListener("message", hear)
      return () => channel.removeEventListener("message", hear)
    }
  }
}

/** Another tab may run an older or newer page. */
const isTabMessage = (data: unknown): data is TabMessage =>
  typeof data === "object" && data !== null && "_tag" in data && typeof data._tag === "string" && known.has(data._tag)

const known: ReadonlySet<string> = new Set(["token", "signedOut", "draft"] satisfies ReadonlyArray<TabMessage["_tag"]>)
