/**
 * Stands in for what reads configuration in the page's bundle: Effect has a reader of environment variables ready, and
 * a page has none of these.
 */
import { GenericTag } from "effect/Context"

export const configProviderTag = GenericTag("effect/ConfigProvider")

export const fromEnv = () => ({
  load: (): never => {
    throw new Error("the page reads no configuration")
  }
})
