/** Starts the page: paints the cached data first, and then loads the live part. */
import { createRoot, createSignal } from "solid-js"
import { render } from "solid-js/web"
import "./styles/tokens.css"
import "./styles/base.css"
import { freshUuid } from "./lib/ids.ts"
import { keptIn, storageOf } from "./lib/kept.ts"
import { plainCalls, rpcCalls, type WrongAddress, watchAddress } from "./lib/plainCall.ts"
import { openWithoutNetwork } from "./lib/serviceWorker.ts"
import { deviceName, sessionCalls } from "./lib/session.ts"
import { joinTabs, openChannel } from "./lib/tabs.ts"
import { takeInvite } from "./model/addresses.ts"
import { createApp } from "./model/createApp.ts"
import { Root } from "./shell/Root.tsx"

/** Undefined on plain http: each tab then acts alone. */
const locks = "locks" in navigator ? navigator.locks : undefined

const exclusively = async <A,>(run: () => Promise<A>): Promise<A> =>
  locks === undefined ? run() : await locks.request("hibiki-refresh", run)

const framesMs = 1_000

const start = async (): Promise<void> => {
  const [wrongAddress, setWrongAddress] = createSignal<WrongAddress>()
  const fetching = watchAddress((input, init) => fetch(input, init), setWrongAddress)
  const page = await createRoot(() =>
    createApp({
      kept: keptIn(storageOf("localStorage"), window),
      channel: openChannel("hibiki"),
      tabs: joinTabs({ locks, session: storageOf("sessionStorage"), freshId: freshUuid }),
      call: rpcCalls(fetching),
      calls: sessionCalls(plainCalls(fetching), () => deviceName(navigator)),
      exclusively,
      invite: takeInvite(location, history)
    })
  )
  render(() => <Root page={page} wrongAddress={wrongAddress()} />, document.body)
  const goLive = () => {
    page.goLive()
    // A signed-out page sends no other call before the user types, and at a wrong address typing would be in vain.
    if (page.app.session()._tag !== "signedIn") void page.app.policy()
  }
  // Two frames later the first paint is on the screen; a page that is hidden, or becomes hidden, has no frames.
  const timer = setTimeout(goLive, document.visibilityState === "hidden" ? 0 : framesMs)
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      clearTimeout(timer)
      goLive()
    })
  )
  openWithoutNetwork("serviceWorker" in navigator ? navigator.serviceWorker : undefined)
}

void start()
