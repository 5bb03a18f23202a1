/** The channels of this server: found by the beginning of their title, joined with one press. */
import { useNavigate } from "@solidjs/router"
import { createSignal, For, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { Answer } from "../../runtime/Chat.ts"
import { Button } from "../../ui/Button.tsx"
import { Field } from "../../ui/Field.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { focusFirst } from "../../ui/focusFirst.ts"
import { Icon } from "../../ui/Icon.tsx"
import { freshCommandId } from "../chat/freshCommandId.ts"
import { callProblem } from "./callProblem.ts"
import { createFind } from "./createFind.ts"
import { FoundList } from "./PersonSearch.tsx"
import { useFreshWords } from "./useFreshWords.ts"

type Channel = Answer<"conversation.channels">[number]

const channelsAtMost = 50

export const FindChannels = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = useFreshWords()
  const [query, setQuery] = createSignal("")
  const [problem, setProblem] = createSignal<string>()
  const find = async (prefix: string) => {
    const chat = await app.whenLive()
    const answer = await chat.call("conversation.channels", { prefix, limit: channelsAtMost })
    return answer.ok ? answer.value : undefined
  }
  const { again, found } = createFind(query, find, true)
  const join = async (channel: Channel) => {
    setProblem(undefined)
    if (!channel.joined) {
      const chat = await app.whenLive()
      const answer = await chat.call("conversation.join", {
        id: await freshCommandId(),
        conversationId: channel.conversationId
      })
      // Joined from another device meanwhile: that is what was wanted.
      const already = !answer.ok && answer.error._tag === "Refused" && answer.error.code === "no_change"
      if (!answer.ok && !already) return setProblem(callProblem(answer.error, app.i18n.t().conversations))
    }
    navigate(`/c/${channel.conversationId}`)
  }
  let input: HTMLInputElement | undefined
  const none = () => (query().trim() === "" ? words().channelsNone : words().channelsNoneFor(query().trim()))
  return (
    <div class="find">
      <Field
        ref={(node) => {
          input = node
          focusFirst(node)
        }}
        type="search"
        label={words().channelsFilter}
        value={query()}
        onInput={setQuery}
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
      />
      <FormProblem text={problem()} />
      <FoundList found={found} again={again} input={() => input} none={none()}>
        {(channels) => (
          <ul class="page-rows">
            <For each={channels()}>
              {(channel) => (
                <ChannelRow
                  channel={channel}
                  onJoin={() => join(channel).catch(() => setProblem(app.i18n.t().conversations.failed.unreachable))}
                />
              )}
            </For>
          </ul>
        )}
      </FoundList>
    </div>
  )
}

const ChannelRow = (props: { readonly channel: Channel; readonly onJoin: () => void }) => {
  const words = useFreshWords()
  const label = () => (props.channel.joined ? words().openNamed : words().joinNamed)(props.channel.title)
  return (
    <li class="channel-row">
      <span class="list-glyph" aria-hidden="true">
        <Icon name="channel" />
      </span>
      <span class="find-name">{props.channel.title}</span>
      <span class="find-handle">{words().memberCount(props.channel.members)}</span>
      <Button kind={props.channel.joined ? "plain" : "primary"} onClick={() => props.onJoin()}>
        <span aria-hidden="true">{props.channel.joined ? words().open : words().join}</span>
        <Show when={label()}>
          <span class="only-heard">{label()}</span>
        </Show>
      </Button>
    </li>
  )
}
