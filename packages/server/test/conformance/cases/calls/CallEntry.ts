/** What a call must have: its good case, and one for each error that it may end with. */
import type { Rpc, RpcGroup } from "@effect/rpc"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import type { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { type Case, isUnprovoked, type Unprovoked } from "../../Case.ts"
import type { WireError } from "../../client.ts"
import { expectSame, expectThat, Mismatch, Skipped } from "../../Mismatch.ts"
import type { Stage } from "../../Stage.ts"
import type { StreamTag } from "../../StreamSocket.ts"

type RpcOf<T extends RpcTag> = Extract<RpcGroup.Rpcs<typeof HibikiRpcs>, { readonly _tag: T }>
type Run = (stage: Stage) => Promise<void>

export interface CallEntry<ErrorTag extends string = string> {
  readonly good: Run
  readonly errors: Readonly<Record<ErrorTag, Run | Unprovoked>>
}

/** Every call with every error of its contract. The errors of a stream are part of its success. */
export type CallTable = {
  readonly [T in RpcTag]: CallEntry<
    T extends StreamTag ? "NotFound" : Extract<Rpc.Error<RpcOf<T>>, { readonly _tag: string }>["_tag"]
  >
}

/** Errors that would need a failure, or the limit that the cases after it live by. */
export const away = {
  Unavailable: { unprovoked: "needs a store that is away" },
  RateLimited: { unprovoked: "has no limit of its own, or one that the other cases live by" }
} as const

/** More than any sensible limit lets through at once. */
const callsMost = 500

/** The same call again and again is at last answered with a delay. */
export const limited = (
  tag: RpcTag,
  payload: (stage: Stage, n: number) => object,
  who: (stage: Stage) => Promise<string | undefined>,
  headers: (n: number) => Readonly<Record<string, string>> = () => ({})
): Run => {
  return async (stage) => {
    const token = await who(stage)
    for (let n = 0; n < callsMost; n++) {
      const { error, status } = await stage.api.ask(tag, payload(stage, n), token, headers(n))
      if (error?._tag !== "RateLimited") continue
      expectThat("a call before it was let through", n > 0, n)
      expectSame("the status", 429, status)
      return
    }
    throw new Skipped(`${callsMost} calls at once are let through`)
  }
}

/** Nobody who is signed in: all calls that need it answer alike. */
export const needsSignIn = (
  tag: RpcTag,
  payload: (stage: Stage) => object = () => ({})
): { readonly Unauthenticated: Run } => ({
  Unauthenticated: async (stage) => {
    await stage.api.fails(tag, payload(stage), undefined, 401, { _tag: "Unauthenticated" })
    await stage.api.fails(tag, payload(stage), stage.revoked.token, 401, { _tag: "Unauthenticated" })
  }
})

export const failsWith =
  (
    tag: RpcTag,
    status: number,
    error: WireError,
    payload: (stage: Stage) => object,
    who: keyof Stage["people"] | undefined
  ): Run =>
  (stage) =>
    stage.api.fails(tag, payload(stage), who === undefined ? undefined : stage.people[who].token, status, error)

/**
 * The cases of the table; one that fails for each call and each error that it lacks. `errorTags`: of the published
 * contract.
 */
export const callCases = (
  contract: ReadonlyArray<readonly [tag: string, errorTags: ReadonlyArray<string>]>,
  table: Readonly<Record<string, CallEntry>>
): ReadonlyArray<Case> => {
  const known = new Map(Object.entries(table))
  return contract.flatMap(([tag, errorTags]): ReadonlyArray<Case> => {
    const entry = known.get(tag)
    if (entry === undefined) return [lacking(`${tag}: has a case`)]
    const errors = new Map(Object.entries(entry.errors))
    return [
      { name: `${tag}: succeeds`, run: entry.good },
      ...errorTags.flatMap((errorTag): ReadonlyArray<Case> => {
        const run = errors.get(errorTag)
        if (run === undefined) return [lacking(`${tag}: has a case of ${errorTag}`)]
        return typeof run === "function"
          ? [{ name: `${tag}: ${errorTag}`, run }]
          : isUnprovoked(run)
            ? []
            : [lacking(tag)]
      })
    ]
  })
}

const lacking = (name: string): Case => ({
  name,
  run: () => Promise.reject(new Mismatch("the table of calls", name, "none"))
})
