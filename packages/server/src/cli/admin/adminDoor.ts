/** How the command line finds the server that holds a folder: an address on loopback and a secret, in a file that only the folder's owner can read. */
import { join } from "node:path"
import { Schema } from "effect"

export const AdminDoor = Schema.Struct({ url: Schema.String, secret: Schema.String })
export type AdminDoor = typeof AdminDoor.Type

export const adminDoorPath = (folder: string): string => join(folder, "admin.json")

export const decodeDoor = Schema.decodeUnknownOption(Schema.parseJson(AdminDoor))
