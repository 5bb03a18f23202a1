/** The rules of a group or channel, for its owners and admins: who posts, who adds, slow mode; and closing it. */
import type { ConversationRules } from "@hibiki/core/domain/ConversationRules"
import { slowChoices } from "@hibiki/core/domain/SlowMode"
import { knownRules } from "@hibiki/core/domain/shownRules"
import { createSignal, type JSX, Show } from "solid-js"
import { Button } from "../../../ui/Button.tsx"
import { Choice, ToggleSwitch } from "../../../ui/Choice.tsx"
import { useConversation } from "../conversationModel.ts"
import { ChangeProblem, ConfirmDialog, createChange } from "./createChange.tsx"
import { ruleWords } from "./ruleWords.ts"

export const Rules = (): JSX.Element => {
  const model = useConversation()
  const words = () => ruleWords[model.app.i18n.language()]
  return (
    <section class="details-members">
      <h3>{words().title}</h3>
      {/* Rules with a value of a newer server can't be sent back, so they are not offered. */}
      <Show when={knownRules(model.summary() ?? {})}>{(rules) => <RulesForm rules={rules()} />}</Show>
      <Show when={model.summary()?.role === "owner"}>
        <Closing />
      </Show>
    </section>
  )
}

const RulesForm = (props: { readonly rules: ConversationRules }): JSX.Element => {
  const model = useConversation()
  const words = () => ruleWords[model.app.i18n.language()]
  const change = createChange(model)
  const set = (changed: Partial<ConversationRules>) =>
    void change.run((chat, base) => chat.call("conversation.setRules", { ...base, ...props.rules, ...changed }))
  return (
    <>
      <ToggleSwitch
        label={words().announce.label}
        hint={words().announce.hint}
        checked={props.rules.post === "admins"}
        busy={change.busy()}
        onChange={(on) => set({ post: on ? "admins" : "all" })}
      />
      <ToggleSwitch
        label={words().adding.label}
        hint={words().adding.hint}
        checked={props.rules.add === "admins"}
        busy={change.busy()}
        onChange={(on) => set({ add: on ? "admins" : "all" })}
      />
      <Choice
        label={words().slow}
        name="slow"
        hint={words().slowHint}
        chosen={`${props.rules.slowSeconds}`}
        onChoose={(key) => {
          const slowSeconds = slowChoices.find((choice) => `${choice}` === key)
          if (slowSeconds !== undefined) set({ slowSeconds })
        }}
        options={slowChoices.map((choice) => ({ key: `${choice}`, label: words().slowOf(choice) }))}
      />
      <ChangeProblem of={change} />
    </>
  )
}

const Closing = (): JSX.Element => {
  const model = useConversation()
  const words = () => ruleWords[model.app.i18n.language()]
  const change = createChange(model)
  const [asking, setAsking] = createSignal(false)
  const close = async () => {
    if (await change.run((chat, base) => chat.call("conversation.close", base))) setAsking(false)
  }
  const closed = () => model.summary()?.closed
  return (
    <>
      <Show
        when={closed()}
        fallback={
          <Button kind="danger" onClick={() => setAsking(true)}>
            {words().close}
          </Button>
        }
      >
        <p class="details-hint">{closed() === "owners" ? words().closed : words().closedByOperator}</p>
        <Show when={closed() === "owners"}>
          <Button
            busy={change.busy()}
            onClick={() => void change.run((chat, base) => chat.call("conversation.reopen", base))}
          >
            {words().reopen}
          </Button>
          <ChangeProblem of={change} />
        </Show>
      </Show>
      <ConfirmDialog
        open={asking()}
        title={words().closing.title}
        text={words().closing.text}
        act={words().closing.act}
        change={change}
        onAct={() => void close()}
        onClose={() => setAsking(false)}
      />
    </>
  )
}
