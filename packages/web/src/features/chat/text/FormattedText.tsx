/** A message's text as it is shown: the grammar's tree as elements, never as markup. */
import { createMemo, createSignal, For, type JSX, Show } from "solid-js"
import { useApp } from "../../../app/App.ts"
import { copyText } from "./copyText.ts"
import { type Block, parseMessage } from "./grammar.ts"
import type { Inline } from "./inlineGrammar.ts"
import "./formattedText.css"

export const FormattedText = (props: { readonly text: string }): JSX.Element => {
  const blocks = createMemo(() => parseMessage(props.text))
  return (
    <div class="text" dir="auto" data-text="">
      <For each={blocks()}>{(block) => <BlockView block={block} />}</For>
    </div>
  )
}

const BlockView = (props: { readonly block: Block }): JSX.Element => {
  const block = props.block
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Inlines nodes={block.children} />
        </p>
      )
    case "quote":
      return (
        <blockquote>
          <Inlines nodes={block.children} />
        </blockquote>
      )
    case "list":
      return block.start === undefined ? (
        <ul>
          <Items items={block.items} />
        </ul>
      ) : (
        <ol start={block.start}>
          <Items items={block.items} />
        </ol>
      )
    case "code":
      return <CodeBlock text={block.text} />
  }
}

const Items = (props: { readonly items: ReadonlyArray<ReadonlyArray<Inline>> }): JSX.Element => (
  <For each={props.items}>
    {(nodes) => (
      <li>
        <Inlines nodes={nodes} />
      </li>
    )}
  </For>
)

const Inlines = (props: { readonly nodes: ReadonlyArray<Inline> }): JSX.Element => (
  <For each={props.nodes}>{(node) => <InlineView node={node} />}</For>
)

const InlineView = (props: { readonly node: Inline }): JSX.Element => {
  const node = props.node
  switch (node.kind) {
    case "text":
      return node.text
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
          <Inlines nodes={node.children} />
        </strong>
      )
    case "italic":
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      )
    case "strike":
      return (
        <s>
          <Inlines nodes={node.children} />
        </s>
      )
    case "spoiler":
      return <Spoiler nodes={node.children} />
  }
}

/** What it hides is not in the page before it is asked for, so that nothing else gives it away. */
const Spoiler = (props: { readonly nodes: ReadonlyArray<Inline> }): JSX.Element => {
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
        <Inlines nodes={props.nodes} />
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
