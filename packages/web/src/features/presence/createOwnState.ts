/**
 * The user's own presence as others see it: invisible, active or idle; and the switch between invisible and visible.
 */
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { type Accessor, createEffect, createSignal, onCleanup } from "solid-js"
import { useApp } from "../../model/App.ts"

export interface OwnState {
  readonly invisible: Accessor<boolean>
  readonly presence: Accessor<UserPresence["state"]>
  /** Shown at once, and reverted if the server rejects it. Resolves to whether the server accepted it. */
  readonly setInvisible: (invisible: boolean) => Promise<boolean>
}

/** Call within a component. */
export const createOwnState = (): OwnState => {
  const app = useApp()
  const [known, setKnown] = createSignal(false)
  const [asked, setAsked] = createSignal<boolean>()
  createEffect(() => {
    const client = app.chat()?.client
    if (client === undefined) return
    const read = () => setKnown(client.me()?.invisible === true)
    read()
    onCleanup(
      client.subscribe((change) => {
        if (change.conversations) read()
      })
    )
  })
  const me = () => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me.userId : undefined
  }
  app.presence.watch(() => {
    const own = me()
    return own === undefined ? [] : [own]
  })
  const online = () => app.connection()._tag === "live" || app.connection()._tag === "syncing"
  return {
    invisible: () => asked() ?? known(),
    presence: () => {
      const own = me()
      if (!online() || own === undefined) return "offline"
      const seen = app.presence.of(own)?.state
      // This page is connected, so a server that still reports "offline" is late.
      return seen === undefined || seen === "offline" ? "active" : seen
    },
    setInvisible: async (invisible) => {
      setAsked(invisible)
      const chat = await app.whenLive()
      const answer = await chat.call("user.updateSettings", { invisible })
      if (answer.ok) setKnown(invisible)
      setAsked(undefined)
      return answer.ok
    }
  }
}
