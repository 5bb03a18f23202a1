/** A random UUID (version 4). `crypto.randomUUID` is absent on plain http. */
import type { CommandId } from "@hibiki/core/domain/Ids"

export const freshUuid = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}

/** Returns an id for a call that changes something. Its code loads with the live part, which such calls need anyway. */
export const freshCommandId = async (): Promise<CommandId> => {
  const { uuidV7 } = await import("@hibiki/core/domain/Uuid")
  // Not by the brand's schema, which would load all schemas.
  return uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10))) as CommandId
}
