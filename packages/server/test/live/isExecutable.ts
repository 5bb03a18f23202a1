/** Whether a program is there and this user may run it. */
import { accessSync, constants } from "node:fs"

export const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
