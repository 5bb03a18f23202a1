/**
 * Web Locks of one browser in memory, with pages that can be closed: then their locks are free and their requests are
 * gone.
 */

export interface FakeLocks {
  readonly manager: LockManager
  readonly close: () => void
}

interface Request {
  readonly page: object
  readonly name: string
  readonly run: () => void
}

export const fakeBrowser = () => {
  const held = new Map<string, object>()
  let waiting: Array<Request> = []
  const next = (name: string) => {
    const request = held.has(name) ? undefined : waiting.find((each) => each.name === name)
    if (request === undefined) return
    waiting = waiting.filter((each) => each !== request)
    request.run()
  }
  const page = (): FakeLocks => {
    const self = {}
    const request = async (
      name: string,
      options: LockOptions,
      callback: LockGrantedCallback<unknown>
    ): Promise<unknown> => {
      await Promise.resolve()
      if (options.ifAvailable === true && held.has(name)) return callback(null)
      await new Promise<void>((resolve, reject) => {
        const mine: Request = {
          page: self,
          name,
          run: () => {
            held.set(name, self)
            resolve()
          }
        }
        options.signal?.addEventListener("abort", () => {
          if (!waiting.includes(mine)) return
          waiting = waiting.filter((each) => each !== mine)
          reject(new DOMException("aborted", "AbortError"))
        })
        waiting.push(mine)
        next(name)
      })
      try {
        return await callback({ name, mode: "exclusive" })
      } finally {
        if (held.get(name) === self) held.delete(name)
        next(name)
      }
    }
    const manager = {
      request,
      query: async () => ({
        held: [...held.keys()].map((name) => ({ name })),
        pending: waiting.map(({ name }) => ({ name }))
      })
    }
    return {
      manager: manager as unknown as LockManager,
      close: () => {
        waiting = waiting.filter((each) => each.page !== self)
        const names = [...held].flatMap(([name, owner]) => (owner === self ? [name] : []))
        for (const name of names) held.delete(name)
        for (const name of names) next(name)
      }
    }
  }
  /** Everything that could happen by itself has happened. */
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  return { page, settled }
}
