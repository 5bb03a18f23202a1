/**
 * The message that somebody is led to from elsewhere, as from a search: its conversation's timeline goes there once it
 * shows its rows.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { createSignal } from "solid-js"

export const [wanted, leadTo] = createSignal<{ readonly conversationId: ConversationId; readonly seq: number }>()
