/** Many who sign in from everywhere, with names and passwords that they make up, keep nobody else out. */
import { randomUUID } from "node:crypto"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { endServer, freePort, type RunningServer, startServer, temporaryFolder, waitFor } from "./harness.ts"

const strangers = 150
const honest = 40
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
  return {
    status: response.status,
    body: (await response.json()) as { readonly error?: { readonly retryAfterMs?: number } }
  }
}

const device = { name: "a test", kind: "terminal" }
const register = (handle: string, address: string) => call("auth.register", address, { handle, password, device })
const signIn = (handle: string, address: string, typed = password) =>
  call("auth.signIn", address, { handle, password: typed, device })
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Each in a network of its own, in which it changes its address with each try, under a name of the crowd's choice,
 * until `isOver`.
 */
const stranger = async (
  number: number,
  nameOf: () => string,
  tell: (status: number) => void,
  isOver: () => boolean
) => {
  for (let tries = 0; !isOver(); tries++) {
    const { status } = await signIn(
      nameOf(),
      `10.${number >> 8}.${number & 255}.${1 + (tries % 250)}`,
      "a wrong but long phrase"
    )
    tell(status)
    if (status === 429) await pause(200)
  }
}

/**
 * Answers to sign-ins with the right password, one after another and each once, beside a crowd of which everybody had a
 * turn.
 */
const besideCrowd = async (
  handle: string,
  nameOf: () => string,
  addressOf: (i: number) => string
): Promise<ReadonlyArray<number>> => {
  let isOver = false
  let [looked, refused] = [0, 0]
  const tell = (status: number) => void (status === 429 ? refused++ : looked++)
  const crowd = Array.from({ length: strangers }, (_, i) => stranger(i, nameOf, tell, () => isOver))
  if (nameOf() !== handle) await waitFor("everybody of the crowd to have had a turn", () => looked > 2 * strangers)
  else await waitFor("the crowd to be refused", () => refused > strangers)
  const [answers, took]: [Array<number>, Array<number>] = [[], []]
  for (let i = 0; i < honest; i++) {
    const since = performance.now()
    answers.push((await signIn(handle, addressOf(i))).status)
    took.push(Math.round(performance.now() - since))
  }
  isOver = true
  await Promise.all(crowd)
  const isIn = answers.filter((status) => status === 200).length
  console.log(
    `${isIn} of ${honest} beside ${strangers} strangers (${looked} looked at, ${refused} refused), after ${took.join(", ")} ms`
  )
  return answers
}

const allIn = Array.from({ length: honest }, () => 200)

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const settings = {
    HIBIKI_DATA: folder.path,
    HIBIKI_PORT: `${port}`,
    HIBIKI_REGISTRATION: "open",
    HIBIKI_TRUSTED_PROXIES: "127.0.0.1",
    HIBIKI_LIMIT_SIGN_IN_PER_HOUR: "1000"
  }
  // An account knows networks for the turns of hashing only when it is a day old.
  const before = await startServer(settings, [
    "--import",
    "data:text/javascript,const now = Date.now; Date.now = () => now() - 172800000"
  ])
  for (const handle of ["ann", "bob"]) assert.strictEqual((await register(handle, "192.0.2.1")).status, 200)
  await endServer(before)
  server = await startServer(settings)
})
afterAll(async () => {
  if (server !== undefined) await endServer(server)
  folder.remove()
})

describe("150 strangers who try to sign in all the time, each from a network of its own", () => {
  it("keep nobody out who comes from a network that the account knows", async () => {
    assert.deepStrictEqual(await besideCrowd("ann", randomUUID, (i) => `192.0.2.${10 + i}`), allIn)
  }, 400_000)

  it("keep nobody out who comes from a network that nobody knows", async () => {
    assert.deepStrictEqual(await besideCrowd("bob", randomUUID, (i) => `198.${i}.100.1`), allIn)
  }, 400_000)

  it("keep nobody out of the very account that they all try, from a network that it knows", async () => {
    const answers = await besideCrowd(
      "ann",
      () => "ann",
      (i) => `192.0.2.${60 + i}`
    )
    assert.deepStrictEqual(answers, allIn)
  }, 400_000)
})
