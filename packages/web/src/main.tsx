/** Starts the page: what it kept is painted first, the live part is loaded after that. */
import { createRoot } from "solid-js"
import { render } from "solid-js/web"
import "./styles/tokens.css"
import "./styles/base.css"
import { createApp } from "./app/createApp.ts"
import { Root } from "./app/Root.tsx"
import { takeInvite } from "./app/takeInvite.ts"
import { openChannel } from "./lib/channel.ts"
import { deviceName } from "./lib/deviceName.ts"
import { freshUuid } from "./lib/freshUuid.ts"
import { keptIn, storageOf } from "./lib/kept.ts"
import { openWithoutNetwork } from "./lib/openWithoutNetwork.ts"
import { plainCalls, rpcCalls } from "./lib/plainCall.ts"
import { sessionCalls } from "./lib/sessionCalls.ts"
import { joinTabs } from "./lib/tabs.ts"

/** Absent on plain http: then each tab acts alone. */
const locks = "locks" in navigator ? navigator.locks : undefined

const exclusively = async <A,>(run: () => Promise<A>): Promise<A> =>
  locks === undefined ? run() : await locks.request("hibiki-refresh", run)

const framesMs = 1_000

const start = async (): Promise<void> => {
  const fetching: typeof fetch = (input, init) => fetch(input, init)
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
  render(() => <Root page={page} />, document.body)
  // Two frames later the first paint is on the screen; a page that is hidden, or will be, has no frames.
  const timer = setTimeout(page.goLive, document.visibilityState === "hidden" ? 0 : framesMs)
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      clearTimeout(timer)
      page.goLive()
    })
  )
  openWithoutNetwork("serviceWorker" in navigator ? navigator.serviceWorker : undefined)
}

void start()
