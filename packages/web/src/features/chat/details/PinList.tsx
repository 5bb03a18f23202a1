/**
 * The pinned messages of a conversation, newest first; a press jumps to the message. Loaded when the details open, and
 * again when a pin is added or removed.
 */
import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import { Limits } from "@hibiki/core/domain/Limits"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { useNavigate } from "@solidjs/router"
import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js"
import { createNarrow } from "../../../ui/panes.ts"
import { blockingWords } from "../../blocking/blockingWords.ts"
import { leadTo, useConversation, whenLive } from "../conversationModel.ts"
import { replyPreview } from "../text/grammar.ts"
import { pinWords } from "./pinWords.ts"

export const PinList = (): JSX.Element => {
  const model = useConversation()
  const { app } = model
  const words = () => pinWords[app.i18n.language()]
  const covers = createNarrow(2)
  const navigate = useNavigate()
  const [rows, setRows] = createSignal<ReadonlyArray<MessageRow> | "unavailable">()
  const seen = createMemo(() =>
    (model.open.view()?.entries ?? [])
      .flatMap((entry) =>
        entry._tag === "row" && (entry.row.pinned || entry.row.kind === "pinned") ? [entry.row.seq] : []
      )
      .join()
  )
  let run = 0
  const load = async () => {
    const own = ++run
    const chat = await whenLive(model)
    const found = await readPins(async (before) => {
      const answer = await chat.call("history.page", {
        conversationId: model.id,
        pinned: true,
        before,
        limit: Limits.pinsMax
      })
      return answer.ok ? answer.value : undefined
    })
    if (own === run) setRows(found ?? "unavailable")
  }
  createEffect(on([seen, () => app.connection()._tag === "live"], () => void load()))
  const list = () => {
    const now = rows()
    return typeof now === "object" ? now : []
  }
  /** Reserves its space until the pins are known, so that the content below does not move. */
  const hint = () => (rows() === undefined ? "\u00a0" : rows() === "unavailable" ? words().unavailable : words().none)
  const choose = (row: MessageRow) => {
    // The details may stay beside the timeline; if they cover it, show the timeline first.
    if (covers()) navigate(`/c/${model.id}`)
    leadTo({ conversationId: model.id, seq: row.seq })
  }
  return (
    <section class="details-pins" aria-label={words().title}>
      <h3>{words().title}</h3>
      <Show when={list().length > 0} fallback={<p class="details-hint">{hint()}</p>}>
        <ul>
          <For each={list()}>
            {(row) => (
              <li>
                <button type="button" class="pin" data-pin={row.seq} onClick={() => choose(row)}>
                  <bdi class="pin-by">{app.people.name(row.by)}</bdi>
                  <time>{app.i18n.short(Math.min(row.at, app.minute()), app.minute())}</time>
                  <span class="pin-text" dir="auto">
                    {app.blocked().has(row.by)
                      ? blockingWords[app.i18n.language()].message
                      : replyPreview(row.text ?? "")}
                  </span>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  )
}

/** Returns all of them, newest first: a long list takes several pages. `undefined` if one could not be loaded. */
const readPins = async (
  read: (before: number | undefined) => Promise<HistoryPage | undefined>
): Promise<ReadonlyArray<MessageRow> | undefined> => {
  const found: Array<MessageRow> = []
  for (let page = await read(undefined); page !== undefined; page = await read(page.rows[0]?.seq)) {
    found.push(...page.rows.filter(isKnownRow).reverse())
    if (!page.moreBefore || page.rows.length === 0 || found.length >= Limits.pinsMax) return found
  }
  return undefined
}
