/** Ids for calls that change something. Their making comes with the live part, which such calls need anyway. */
import type { CommandId } from "@hibiki/core/domain/Ids"

export const freshCommandId = async (): Promise<CommandId> => {
  const { uuidV7 } = await import("@hibiki/core/domain/Uuid")
  // Not by the brand's schema, which would bring all of them along.
  return uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10))) as CommandId
}
