/** The account's activity in the last 90 days. Loaded when the user opens it; a button loads older entries. */
import type { ListedActivity } from "@hibiki/core/domain/Activity"
import { type Accessor, createSignal, For, onCleanup, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { passFocus } from "../../ui/focus.ts"
import { useDevicesWords } from "./useDevicesWords.ts"

const toTitle = () => document.querySelector<HTMLElement>("#activity-title")?.focus()

export const ActivityList = () => {
  const app = useApp()
  const words = useDevicesWords()
  const activity = createActivity()
  const what = ({ count = 1, deviceName, kind }: ListedActivity): string => {
    const { happened } = words()
    // A kind that only a newer server knows appears by its raw name.
    return new Map(Object.entries(happened)).get(kind)?.(deviceName ?? "", count) ?? kind
  }
  return (
    <section class="activity" aria-labelledby="activity-title">
      <h2 id="activity-title" tabindex="-1">
        {words().activity}
      </h2>
      <Show when={activity.entries()} fallback={<p class="page-note">{words().activityNote}</p>}>
        {(entries) => (
          <ul class="page-rows" aria-label={words().activity}>
            <For each={entries()} fallback={<li class="activity-entry">{words().nothingHappened}</li>}>
              {(entry) => (
                <li class="activity-entry">
                  <span class="activity-what">{what(entry)}</span>
                  <time datetime={new Date(entry.at).toISOString()}>{app.i18n.full(entry.at)}</time>
                </li>
              )}
            </For>
          </ul>
        )}
      </Show>
      <Show when={activity.failed()}>
        <p class="devices-state" role="alert">
          {words().activityFailed}
        </p>
      </Show>
      <Show when={activity.entries() === undefined || activity.more()}>
        <div class="devices-all">
          <Button ref={passFocus(toTitle)} busy={activity.busy()} onClick={() => activity.load()}>
            {activity.entries() === undefined ? words().showActivity : words().showOlder}
          </Button>
        </div>
      </Show>
    </section>
  )
}

/**
 * The account's activity as the server lists it: newest first, with older entries as far as the user has loaded them.
 */
interface Activity {
  /** Undefined while nothing is loaded. */
  readonly entries: Accessor<ReadonlyArray<ListedActivity> | undefined>
  /** Whether older entries exist. */
  readonly more: Accessor<boolean>
  readonly busy: Accessor<boolean>
  /** Whether the last call failed. */
  readonly failed: Accessor<boolean>
  /** Loads the newest entries, or those that follow the oldest known one. */
  readonly load: () => void
}

/** Call within a component. */
const createActivity = (): Activity => {
  const app = useApp()
  const [entries, setEntries] = createSignal<ReadonlyArray<ListedActivity>>()
  const [more, setMore] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  let gone = false
  onCleanup(() => {
    gone = true
  })
  const ask = async () => {
    const known = entries() ?? []
    const before = known.at(-1)?.id
    const chat = await app.whenLive()
    const answer = await chat.call("me.activity", before === undefined ? {} : { before })
    if (gone) return
    setFailed(!answer.ok)
    if (!answer.ok) return
    setEntries([...known, ...answer.value.entries])
    setMore(answer.value.more)
  }
  const load = () => {
    if (busy()) return
    setBusy(true)
    ask()
      .catch(() => setFailed(true))
      .finally(() => setBusy(false))
  }
  return { entries, more, busy, failed, load }
}
