import { existsSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import {
  endServer,
  finish,
  freePort,
  hibiki,
  type RunningServer,
  root,
  run,
  sees,
  startServer,
  type Terminal,
  Terminals,
  temporaryFolder,
  waitFor
} from "./harness.ts"
import { call } from "./kill/api.ts"

const password = "correct horse battery"
const passwordOfBob = "correct horse staple"

describe("three terminals of two people", { timeout: 180_000 }, () => {
  const folder = temporaryFolder()
  let variables: Record<string, string> = {}
  let server: RunningServer
  let terminals: Terminals
  let alice: Terminal
  let laptop: Terminal
  let bob: Terminal
  const everywhere = (wanted: string | RegExp) =>
    Promise.all([alice, laptop, bob].map((terminal) => sees(terminal, wanted)))

  beforeAll(async () => {
    variables = {
      HIBIKI_DATA: join(folder.path, "data"),
      HIBIKI_STATE: join(folder.path, "state"),
      HIBIKI_PORT: String(await freePort())
    }
    server = await startServer(variables)
    terminals = new Terminals(variables)
  })
  afterAll(async () => {
    terminals?.close()
    if (server !== undefined) await endServer(server)
    folder.remove()
  })

  it("a chat that is broken off before anybody is signed in has failed", async () => {
    const asking = terminals.open("asking", ["chat", "--profile", "nobody"])
    await sees(asking, "Or paste an invite link:")
    asking.keys("C-c")
    await sees(asking, "[ended 130]")
    const piped = hibiki(["chat", "--profile", "nobody"], variables)
    await waitFor("the question", () => piped.stdout().includes("Or paste an invite link:"))
    assert.strictEqual(await endServer(piped), 143, piped.stderr())
  })

  it("the administrator registers by the link, and invites", async () => {
    alice = terminals.open("alice", ["chat"])
    await sees(alice, "Or paste an invite link:")
    alice.type(server.link ?? "no link was printed")
    await sees(alice, "Handle")
    alice.type("Alice")
    await sees(alice, "Password")
    alice.type(password)
    await sees(alice, "The same again")
    alice.type(password)
    await sees(alice, "● live")
    const shown = await sees(alice, "/dm HANDLE starts one")
    assert.notInclude(shown, "horse", "a password shows on no screen")
  })

  it("a second person registers by an invite, a second device signs in", async () => {
    alice.type("/invite")
    const invite = /https?:\S+#invite=\S+/.exec(await sees(alice, "#invite="))?.[0] ?? ""
    bob = terminals.open("bob", ["chat"])
    await sees(bob, 'profile "2"')
    bob.type("r")
    await sees(bob, "Handle")
    bob.type("alice")
    await sees(bob, "Password")
    bob.type(passwordOfBob)
    await sees(bob, "The same again")
    bob.type(passwordOfBob)
    await sees(bob, "Invite code or link")
    bob.type(invite)
    await sees(bob, "The handle alice is taken.")
    bob.type("bob")
    await sees(bob, "● live")

    laptop = terminals.open("laptop", ["chat"])
    await sees(laptop, 'profile "3"')
    laptop.type("s")
    await sees(laptop, "Handle")
    laptop.type("alice")
    await sees(laptop, "Password")
    laptop.type("not the password")
    await sees(laptop, "do not match")
    laptop.type("alice")
    await sees(laptop, /Password:[\s\S]*Password:/)
    laptop.type(password)
    await sees(laptop, "● live")
  })

  it("a direct conversation and a group show on every device of both, and so do their messages", async () => {
    alice.type("/dm @bob")
    await sees(alice, /Hibiki {2}@bob/)
    alice.type("hello bob")
    await sees(alice, /#1 \d\d:\d\d alice: hello bob/)
    await sees(bob, /1 @alice +1/)
    await sees(laptop, "1 @bob")
    bob.type("/open 1")
    laptop.type("/open 1")
    await everywhere(/#1 \d\d:\d\d alice: hello bob/)
    bob.type("こんにちは、世界 👋")
    await everywhere(/#2 \d\d:\d\d bob: こんにちは、世界 👋/)

    bob.type('/group "the kitchen" alice')
    await sees(bob, "the kitchen (2 members)")
    await sees(alice, "2 the kitchen")
    await sees(laptop, "2 the kitchen")
    alice.type("/open 2")
    laptop.type("/open 2")
    await everywhere("#1 ")
    await everywhere('bob made the group "the kitchen" with alice')
    laptop.type("from the laptop")
    await everywhere(/#2 \d\d:\d\d alice: from the laptop/)
  })

  it("edits, reactions and deletions show everywhere, and what is not allowed is said", async () => {
    alice.type("/edit 2 from the sofa")
    await everywhere("alice: from the sofa (edited)")
    bob.type("/react 2 👍")
    await sees(bob, "[👍 1]")
    await sees(alice, /👍 1/)
    bob.type("/edit 2 mine now")
    await sees(bob, "failed: you may not do this here")
    await sees(bob, "1 failed: /unsent")
    bob.type("/unsent")
    await sees(bob, "/edit 2 mine now")
    bob.type("/withdraw 1")
    await waitFor("the failed edit to be gone", () => !bob.text().includes("failed"))
    laptop.type("/delete 2")
    await everywhere("alice: (deleted)")
  })

  it("what another wrote moves nothing on the screen", async () => {
    const script = await finish(
      ["chat", "--profile", "script"],
      variables,
      `s\nbob\n${passwordOfBob}\n/open the\n\u001b[2J\u001b]0;owned\u0007 still here\n`
    )
    assert.strictEqual(script.code, 0, script.stderr)
    await sees(alice, "␛[2J␛]0;owned␇ still here")
    assert.include(alice.text(), "● live")
  })

  it("after a SIGKILL of the server, clients come back by themselves and send what was pending, in order", async () => {
    await endServer(server, "SIGKILL")
    await everywhere(/○ (offline|connecting)/)
    for (let i = 1; i <= 3; i++) alice.type(`pending ${i}`)
    await sees(alice, /pending 3 \(not sent yet\)/)
    await sees(alice, "3 unsent")
    alice.type("/find bob")
    await sees(alice, "The server can't be reached now.")
    const script = await finish(["chat", "--profile", "script"], variables, "/open the\nwritten by a script\n")
    assert.strictEqual(script.code, 69, script.stdout)
    assert.include(script.stdout, "! There is no conversation the")
    assert.match(script.stderr, /^hibiki: Not everything reached the server\. .*\n$/)
    server = await startServer(variables)
    await everywhere("● live")
    assert.notInclude(alice.text(), "can't be reached")
    await everywhere(/alice: pending 1\n[\s\S]*alice: pending 2\n[\s\S]*alice: pending 3/)
    assert.notInclude(alice.text(), "unsent")
  })

  it("what was pending when the terminal was closed is sent by the next one", async () => {
    await endServer(server, "SIGKILL")
    await sees(alice, /○ (offline|connecting)/)
    alice.type("written in the dark")
    await sees(alice, "written in the dark (not sent yet)")
    alice.keys("C-c")
    await sees(alice, "[ended 0]")
    server = await startServer(variables)
    alice = terminals.open("alice-again", ["chat"])
    await sees(alice, "● live")
    await sees(bob, "alice: written in the dark")
  })

  it("history pages back to the first message", async () => {
    const lines = Array.from({ length: 130 }, (_, index) => `line ${index + 1}`)
    const script = await finish(["chat", "--profile", "script"], variables, `/open the kitchen\n${lines.join("\n")}\n`)
    assert.strictEqual(script.code, 0, script.stderr)
    alice.type("/open the kitchen")
    await sees(alice, "bob: line 130")
    await waitFor("the beginning", () => {
      alice.keys("PageUp")
      return alice.text().includes("bob made the group")
    })
    alice.keys("Escape")
    await sees(alice, "bob: line 130")
  })

  it("a server that is stopped tells its clients, ends in time, and they come back to the next one", async () => {
    const since = performance.now()
    assert.strictEqual(await endServer(server), 0)
    assert.isBelow(performance.now() - since, 20_000)
    await everywhere(/○ (offline|connecting)/)
    laptop.type("after the stop")
    server = await startServer(variables)
    await everywhere("● live")
    await everywhere("alice: after the stop")
  })

  it("channels are found and joined, people added, titles and roles changed", async () => {
    const say = (profile: string, ...lines: ReadonlyArray<string>) =>
      finish(["chat", "--profile", profile], variables, lines.map((line) => `${line}\n`).join(""))
    bob.type("/channel news")
    await sees(bob, "Hibiki  #news (1 member)")
    assert.strictEqual((await say("script", "/open nowhere")).code, 1)
    const joined = await say("script2", "s", "alice", password, "/join news", "/members", "first!")
    assert.strictEqual(joined.code, 0, joined.stderr)
    await sees(bob, "#news (2 members)")
    await sees(bob, "alice joined")
    await sees(bob, "alice: first!")
    assert.match(joined.stdout, /bob {2}owner/)
    bob.type("/rename weather")
    await sees(alice, "#weather")
    bob.type("/add nobody-there")
    await sees(bob, "Nobody here is called nobody-there")
    bob.type("/reply 3 welcome")
    await sees(bob, "↪#3 welcome")
  })

  it("a narrow terminal still shows messages and the connection", async () => {
    laptop.resize(40, 10)
    const shown = await sees(laptop, /line 130/)
    assert.match(shown, /● live/)
    laptop.resize(110, 30)
    await sees(laptop, "2 the kitchen")
  })

  it("who leaves gets nothing more, and the others are told", async () => {
    bob.type("/open the kitchen")
    await sees(bob, "the kitchen (2 members)")
    laptop.type("/leave")
    await sees(laptop, "You left.")
    await sees(bob, "alice left")
    bob.type("are you gone?")
    await sees(bob, /bob: are you gone\?/)
    await waitFor("the list without it", () => !alice.text().includes("the kitchen"))
    assert.notInclude(alice.text(), "are you gone")
  })

  it("a revoked device is told and stops", async () => {
    const revoked = hibiki(["chat", "--profile", "script"], variables)
    await waitFor("the device to be live", () => revoked.stdout().includes("-- live\n"))
    bob.type("/devices")
    const devices = await sees(bob, "(this one)")
    const other = /(\d) {2}terminal \S+ script/.exec(devices)?.[1] ?? ""
    bob.type(`/revoke ${other}`)
    await sees(bob, "Your password:")
    bob.type(passwordOfBob)
    await sees(bob, `Device ${other} is signed out.`)
    await waitFor("its words", () => revoked.stdout().includes("-- signed out: this device was ended\n"))
    const told = revoked.stdout()
    revoked.process.stdin?.end()
    assert.strictEqual(await revoked.exited, 0, revoked.stderr())
    assert.strictEqual(revoked.stdout(), told, "nothing was tried after that")
    const script = await finish(["chat", "--profile", "script"], variables, "")
    assert.include(script.stdout, "This device was signed out.")
  })

  it("a password shows on no terminal that is read by lines either, which goes on afterwards", async () => {
    const plain = terminals.open("plain", ["chat", "--plain", "--profile", "script2"])
    await sees(plain, "-- live")
    plain.type("/devices")
    const devices = await sees(plain, "(this one)")
    const other = /(\d+) {2}terminal \S+ 3 {2}/.exec(devices)?.[1] ?? ""
    plain.type(`/revoke ${other}`)
    await sees(plain, "Your password:")
    plain.type(password)
    await sees(plain, `Device ${other} is signed out.`)
    plain.type("/quit")
    assert.notInclude(await sees(plain, "[ended 0]"), "horse")
  })

  it("the echo bot answers what was written since it was added, goes on after a restart of the server, and stops when its token was ended", async () => {
    const token = (await finish(["token", "create", "echo"], variables)).stdout.trim()
    const bot = run([join(root, "examples/echo-bot.mjs")], {
      HIBIKI_SERVER: `http://127.0.0.1:${variables["HIBIKI_PORT"]}`,
      HIBIKI_TOKEN: token
    })
    try {
      await waitFor("the bot to connect", () => bot.stdout().includes("connected"))
      bob.type('/group "the attic" alice')
      await sees(bob, "the attic (2 members)")
      bob.type("older")
      await sees(bob, /bob: older/)
      bob.type("/add echo")
      await sees(bob, /bob added .*echo/)
      bob.type("newer")
      await sees(bob, "echo: echo: newer")
      assert.notInclude(bob.text(), "echo: echo: older")
      bob.type("/dm echo")
      await sees(bob, /Hibiki {2}@echo/)
      bob.type("one")
      await sees(bob, "echo: echo: one")
      await endServer(server, "SIGKILL")
      await sees(bob, /○ (offline|connecting)/)
      bob.type("two")
      server = await startServer(variables)
      await sees(bob, "echo: echo: two")
      await call(`http://127.0.0.1:${variables["HIBIKI_PORT"]}`, "auth.signOut", {}, token)
      assert.strictEqual(await bot.exited, 1)
      assert.include(bot.stderr(), "stopped: the server ended the connection for good (4403)")
    } finally {
      bot.process.kill()
      await bot.exited
    }
  })

  it("quitting leaves the terminal as it was, and what stays is the owner's alone", async () => {
    bob.type("/quit")
    await sees(bob, "[ended 0]")
    assert.isTrue(existsSync(join(variables["HIBIKI_STATE"] ?? "", "profiles", "2", "credentials.json")))
  })
})
