/** Ids for calls that change something. Their making comes with the live part, which such calls need anyway. */
import type { CommandId } from "@hibiki/core/domain/Ids"

export const freshCommandId = async (): Promise<CommandId> => {
  const [{ uuidV7 }, ids] = await Promise.all([import("@hibiki/core/domain/Uuid"), import("@hibiki/core/domain/Ids")])
  return ids.CommandId.make(uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10))))
}
