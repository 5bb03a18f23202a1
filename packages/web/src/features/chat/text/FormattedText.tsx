/** A message's text on screen: the grammar's tree as elements, never as markup. */
import { hasSign } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"
import { type Accessor, createMemo, createSignal, For, type JSX, Show } from "solid-js"
import { useApp } from "../../../model/App.ts"
import { useConversation } from "../conversationModel.ts"
import { copyText } from "./copyText.ts"
import type { Inline } from "./grammar.ts"
import { type Block, parseMessage } from "./grammar.ts"
import { mentionedIn, mentionPieces } from "./mentionPieces.ts"
import "./formattedText.css"

export const FormattedText = (props: { readonly text: string }): JSX.Element => {
  const model = useConversation()
  const blocks = createMemo(() => parseMessage(props.text))
  // Use the text as it was written, as the server does for mentions. The shown text lacks the marks of emphasis, which
  // may stand beside a handle.
  const whom = createMemo(
    () => (hasSign(props.text) ? mentionedIn(props.text, model.app.people.byHandle(), model.self()) : nobody),
    nobody,
    { equals: isSame }
  )
  return (
    <div class="text" dir="auto" data-text="">
      <For each={blocks()}>{(block) => <BlockView block={block} whom={whom} />}</For>
    </div>
  )
}

type People = ReadonlyMap<string, Person>

const nobody: People = new Map()

/** Prevents an update when other people become known. */
const isSame = (before: People, after: People): boolean =>
  before.size === after.size && [...after].every(([handle, person]) => before.get(handle) === person)

/** The mentioned people, which all parts of a text receive. */
interface Within {
  readonly whom: Accessor<People>
}

const BlockView = (props: Within & { readonly block: Block }): JSX.Element => {
  const block = props.block
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Inlines nodes={block.children} whom={props.whom} />
        </p>
      )
    case "quote":
      return (
        <blockquote>
          <Inlines nodes={block.children} whom={props.whom} />
        </blockquote>
      )
    case "list":
      return block.start === undefined ? (
        <ul>
          <Items items={block.items} whom={props.whom} />
        </ul>
      ) : (
        <ol start={block.start}>
          <Items items={block.items} whom={props.whom} />
        </ol>
      )
    case "code":
      return <CodeBlock text={block.text} />
  }
}

const Items = (props: Within & { readonly items: ReadonlyArray<ReadonlyArray<Inline>> }): JSX.Element => (
  <For each={props.items}>
    {(nodes) => (
      <li>
        <Inlines nodes={nodes} whom={props.whom} />
      </li>
    )}
  </For>
)

const Inlines = (props: Within & { readonly nodes: ReadonlyArray<Inline> }): JSX.Element => (
  <For each={props.nodes}>{(node) => <InlineView node={node} whom={props.whom} />}</For>
)

const InlineView = (props: Within & { readonly node: Inline }): JSX.Element => {
  const node = props.node
  switch (node.kind) {
    case "text":
      return hasSign(node.text) ? <Mentioning text={node.text} whom={props.whom} /> : node.text
    case "code":
      return <code dir="ltr">{node.text}</code>
    case "link":
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer nofollow ugc" tabindex="-1" dir="ltr">
          {node.text}
        </a>
      )
    case "bold":
      return (
        <strong>
          <Inlines nodes={node.children} whom={props.whom} />
        </strong>
      )
    case "italic":
      return (
        <em>
          <Inlines nodes={node.children} whom={props.whom} />
        </em>
      )
    case "strike":
      return (
        <s>
          <Inlines nodes={node.children} whom={props.whom} />
        </s>
      )
    case "spoiler":
      return <Spoiler nodes={node.children} whom={props.whom} />
  }
}

/** Text that may contain mentions. */
const Mentioning = (props: Within & { readonly text: string }): JSX.Element => {
  const model = useConversation()
  return (
    <For each={mentionPieces(props.text, props.whom(), model.self().handle)}>
      {({ person, text }) =>
        person === undefined ? (
          text
        ) : (
          <bdi
            class="text-mention"
            classList={{ "text-mention-me": person.userId === model.me() }}
            title={person.displayName}
          >
            {text}
          </bdi>
        )
      }
    </For>
  )
}

/** The hidden text is not in the page before the user opens it, so that nothing else reveals it. */
const Spoiler = (props: Within & { readonly nodes: ReadonlyArray<Inline> }): JSX.Element => {
  const app = useApp()
  const [open, setOpen] = createSignal(false)
  return (
    <Show
      when={open()}
      fallback={
        <button type="button" class="text-spoiler" tabindex="-1" onClick={() => setOpen(true)}>
          {app.i18n.t().chat.act.showSpoiler}
        </button>
      }
    >
      <span class="text-spoiled">
        <Inlines nodes={props.nodes} whom={props.whom} />
      </span>
    </Show>
  )
}

const CodeBlock = (props: { readonly text: string }): JSX.Element => {
  const app = useApp()
  return (
    <div class="text-code">
      <pre dir="ltr">
        <code>{props.text}</code>
      </pre>
      <button type="button" class="ui-reach" tabindex="-1" onClick={() => void copyText(app, props.text)}>
        {app.i18n.t().chat.act.copy}
      </button>
    </div>
  )
}
