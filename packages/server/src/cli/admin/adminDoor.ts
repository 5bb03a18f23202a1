/**
 * How the command line finds the server that uses a folder: an address on loopback and a secret, in a file that only
 * the folder's owner can read.
 */
import { join } from "node:path"
import { readWhole } from "@hibiki/node/atomicFile"
import { Effect, Option, Schema } from "effect"

export const AdminDoor = Schema.Struct({ url: Schema.String, secret: Schema.String })
export type AdminDoor = typeof AdminDoor.Type

export const adminDoorPath = (folder: string): string => join(folder, "admin.json")

export const decodeDoor = Schema.decodeUnknownOption(Schema.parseJson(AdminDoor))

/**
 * Whether the server that uses the folder answers at its door. The door requires its secret; a refusal is answer
 * enough.
 */
export const serverAnswers = (folder: string): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const door = decodeDoor(await readWhole(adminDoorPath(folder)).catch(() => undefined))
    if (Option.isNone(door)) return false
    return fetch(door.value.url, { method: "POST", signal: AbortSignal.timeout(2_000) }).then(
      () => true,
      () => false
    )
  })
