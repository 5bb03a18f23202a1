/** All kinds of commands. Decoders, rights checks, documents and stores read the properties of each kind from here. */
import { add } from "./add.ts"
import { ban, unban } from "./ban.ts"
import { close, reopen } from "./close.ts"
import { create } from "./create.ts"
import { deleteMessage } from "./delete.ts"
import { edit } from "./edit.ts"
import { favourite, mute } from "./flags.ts"
import { join } from "./join.ts"
import { openDirect } from "./openDirect.ts"
import { pin, unpin } from "./pin.ts"
import { post } from "./post.ts"
import { react, unreact } from "./react.ts"
import { markUnread, read } from "./read.ts"
import { leave, remove } from "./remove.ts"
import { rename } from "./rename.ts"
import { setRole } from "./setRole.ts"
import { setRules } from "./setRules.ts"
import { withdraw } from "./withdraw.ts"

export const commandKinds = {
  post,
  edit,
  delete: deleteMessage,
  react,
  unreact,
  pin,
  unpin,
  withdraw,
  create,
  openDirect,
  join,
  add,
  remove,
  ban,
  unban,
  leave,
  rename,
  setRole,
  setRules,
  close,
  reopen,
  read,
  markUnread,
  mute,
  favourite
} as const
