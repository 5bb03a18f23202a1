/**
 * Says why the user can't post in a conversation, or counts down in slow mode. Loaded only where the conversation has
 * such a rule.
 */
import { slowWaitMs } from "@hibiki/core/domain/SlowMode"
import { createMemo, createSignal, type JSX, Match, onCleanup, Switch } from "solid-js"
import { useConversation } from "../conversationModel.ts"
import { lastRow } from "../timeline/feedLookups.ts"
import { noticeWords } from "./noticeWords.ts"

export const PostingNotice = (): JSX.Element => {
  const model = useConversation()
  const words = () => noticeWords[model.app.i18n.language()]
  return (
    <Switch fallback={<SlowMode />}>
      <Match when={model.summary()?.closed !== undefined}>
        <p class="composer-notice">{words().closed}</p>
      </Match>
      <Match when={model.summary()?.rules?.post === "admins"}>
        <p class="composer-notice">{words().announce}</p>
      </Match>
    </Switch>
  )
}

/** Times are the server's, so a wrong clock here makes the countdown wrong; the server decides all the same. */
const SlowMode = (): JSX.Element => {
  const model = useConversation()
  const words = () => noticeWords[model.app.i18n.language()]
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), 1_000)
  onCleanup(() => clearInterval(timer))
  const postedAt = createMemo(
    () => lastRow(model.open.view(), ({ by, kind }) => kind === "posted" && by === model.me())?.at
  )
  const seconds = () => {
    const slow = model.summary()?.rules?.slowSeconds ?? 0
    // A post that is newer than this clock has just been stored.
    const at = Math.max(now(), postedAt() ?? 0)
    return Math.min(slow, Math.ceil(slowWaitMs(slow, postedAt(), at) / 1_000))
  }
  return <p class="composer-notice">{words().slow(seconds())}</p>
}
