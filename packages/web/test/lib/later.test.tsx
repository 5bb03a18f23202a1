// @vitest-environment jsdom
import { assert, it } from "@effect/vitest"
import { render, screen } from "@solidjs/testing-library"
import { Suspense } from "solid-js"
import { lazy } from "../../src/lib/lazy.ts"

it("a component whose code could not be fetched is shown once it can", async () => {
  let tries = 0
  const Greeting = lazy(async () => {
    if (++tries === 1) throw new TypeError("Failed to fetch dynamically imported module")
    return (props: { readonly name: string }) => <p>hello {props.name}</p>
  })
  render(() => (
    <Suspense fallback={<p>soon</p>}>
      <Greeting name="Aki" />
    </Suspense>
  ))
  await new Promise((resolve) => setTimeout(resolve, 0))
  assert.isNotNull(screen.queryByText("soon"))
  dispatchEvent(new Event("online"))
  await screen.findByText("hello Aki")
  assert.strictEqual(tries, 2)
})
