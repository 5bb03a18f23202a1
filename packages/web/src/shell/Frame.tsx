/**
 * Shows signed-out users the sign-in, and others the page, created anew for each user. An invite leads to registration
 * first.
 */
import type { UserId } from "@hibiki/core/domain/Ids"
import { Navigate, useLocation, useNavigate } from "@solidjs/router"
import { createComputed, createMemo, type JSX, Match, onCleanup, Suspense, Switch } from "solid-js"
import { onOpen } from "../lib/serviceWorker.ts"
import { useApp } from "../model/App.ts"
import { type Wanted, wayIn } from "../model/addresses.ts"
import { Shell } from "./Shell.tsx"

const strangers: ReadonlySet<string> = new Set(["/sign-in", "/register"])
/** The page for a new password: the person may still be signed in here. */
const forBoth = "/reset"

export const Frame = (props: { readonly children?: JSX.Element }) => {
  const app = useApp()
  const location = useLocation()
  const who = createMemo(() => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me.userId : undefined
  })
  const isIn = () => who() !== undefined
  const isForStrangers = () => strangers.has(location.pathname)
  const { toWanted, toWayIn } = createWays(who)
  onCleanup(onOpen("serviceWorker" in navigator ? navigator.serviceWorker : undefined, useNavigate()))
  return (
    <Switch>
      <Match when={location.pathname === forBoth}>
        <Suspense>{props.children}</Suspense>
      </Match>
      <Match when={!isIn() && !isForStrangers()}>
        <Navigate href={toWayIn} />
      </Match>
      <Match when={isIn() && isForStrangers()}>
        <Navigate href={toWanted} />
      </Match>
      <Match when={!isIn()}>
        <Suspense>{props.children}</Suspense>
      </Match>
      <Match when={who()} keyed>
        {(_another) => <Shell>{props.children}</Shell>}
      </Match>
    </Switch>
  )
}

/** Navigates to the sign-in, and from there to the wanted address. */
const createWays = (who: () => UserId | undefined) => {
  const app = useApp()
  const location = useLocation()
  let last: UserId | undefined
  let wanted: Wanted | undefined
  createComputed(() => {
    last = who() ?? last
  })
  return {
    toWayIn: () => {
      const session = app.session()
      // A user who chose to sign out starts afresh.
      const isLeft = session._tag === "signedOut" && session.why === "bySelf"
      wanted = isLeft ? undefined : { path: location.pathname, by: last }
      return app.invite() === undefined ? "/sign-in" : "/register"
    },
    toWanted: () => {
      const path = wayIn(wanted, who())
      wanted = undefined
      return path
    }
  }
}
