/** Many who sign in from everywhere, with names and passwords that they make up, keep nobody else out. */
import { randomUUID } from "node:crypto"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { endServer, freePort, type RunningServer, startServer, temporaryFolder } from "./harness.ts"

const strangers = 70
const patienceMs = 3_000
const password = "a long enough phrase"

const folder = temporaryFolder()
let server: RunningServer | undefined
let url = ""

/** As through a proxy that says for whom it asks. */
const call = async (tag: string, address: string, payload: unknown) => {
  const response = await fetch(`${url}/api/v1/${tag}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": address },
    body: JSON.stringify(payload)
  })
  return { status: response.status, body: (await response.json()) as { readonly error?: { readonly retryAfterMs?: number } } }
}

const device = { name: "a test", kind: "terminal" }
const register = (handle: string, address: string) => call("auth.register", address, { handle, password, device })
const signIn = (handle: string, address: string, typed = password) => call("auth.signIn", address, { handle, password: typed, device })
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Each in a network of its own, in which it changes its address with each try, under a name of the crowd's choice, until `isOver`. */
const stranger = async (number: number, nameOf: () => string, isOver: () => boolean) => {
  for (let tries = 0; !isOver(); tries++) {
    const { status } = await signIn(nameOf(), `10.${number}.0.${1 + (tries % 250)}`, "a wrong but long phrase")
    if (status === 429) await pause(200)
  }
}

/** How long it takes until somebody who waits as they are told is signed in. */
const msToSignIn = async (handle: string, address: string) => {
  const since = performance.now()
  for (;;) {
    const { body, status } = await signIn(handle, address)
    const ms = performance.now() - since
    if (status === 200 || ms > 10 * patienceMs) return ms
    await pause(body.error?.retryAfterMs ?? 500)
  }
}

/** Ten sign-ins, one after another, beside a crowd. */
const besideCrowd = async (nameOf: () => string, addressOf: (i: number) => string): Promise<ReadonlyArray<number>> => {
  let isOver = false
  const crowd = Array.from({ length: strangers }, (_, i) => stranger(i, nameOf, () => isOver))
  await pause(2_000)
  const took: Array<number> = []
  for (let i = 0; i < 10; i++) took.push(Math.round(await msToSignIn("ann", addressOf(i))))
  isOver = true
  await Promise.all(crowd)
  console.log(`${strangers} strangers beside: signed in after ${took.join(", ")} ms`)
  return took
}

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  server = await startServer({
    HIBIKI_DATA: folder.path,
    HIBIKI_PORT: `${port}`,
    HIBIKI_REGISTRATION: "open",
    HIBIKI_TRUSTED_PROXIES: "127.0.0.1",
    HIBIKI_LIMIT_SIGN_IN_PER_HOUR: "1000"
  })
  assert.strictEqual((await register("ann", "192.0.2.1")).status, 200)
}, 180_000)
afterAll(async () => {
  if (server !== undefined) await endServer(server)
  folder.remove()
})

describe("70 strangers who try to sign in all the time, each from a network of its own", () => {
  it("keep nobody out who comes from a network that the account knows", async () => {
    const took = await besideCrowd(randomUUID, (i) => `192.0.2.${10 + i}`)
    assert.deepStrictEqual(
      took.filter((ms) => ms > patienceMs),
      []
    )
  }, 400_000)

  it("keep nobody out who comes from a network that nobody knows", async () => {
    const took = await besideCrowd(randomUUID, (i) => `198.51.${i}.1`)
    assert.deepStrictEqual(
      took.filter((ms) => ms > patienceMs),
      []
    )
  }, 400_000)

  it("keep nobody out of the very account that they all try, from a network that it knows", async () => {
    const took = await besideCrowd(
      () => "ann",
      (i) => `192.0.2.${30 + i}`
    )
    assert.deepStrictEqual(
      took.filter((ms) => ms > patienceMs),
      []
    )
  }, 400_000)
})
