/** Starts the page: what it kept is painted first, the live part is loaded after that. */
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

/** Absent on plain http: then each tab acts alone. */
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
    // A stranger's page asks nothing else before something is typed, and at a wrong address that would be in vain.
    if (page.app.session()._tag !== "signedIn") void page.app.policy()
  }
  // Two frames later the first paint is on the screen; a page that is hidden, or will be, has no frames.
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
