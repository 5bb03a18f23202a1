/** A database's schema is brought up once, whole, and never down. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import type { CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect, Layer } from "effect"
import { SqlPglite } from "../../src/backends/SqlPglite.ts"
import { migrate, migrations, schemaVersion } from "../../src/infra/Migrations.ts"
import { databaseFolder, databaseFolders } from "../backends/pgliteKit.ts"
import { setSqlClock } from "../messages/sqlUsers.ts"
import { type AppendAnswer, encodeBatch } from "./appendCodec.ts"

const database = Layer.unwrapScoped(Effect.map(databaseFolder, (folder) => SqlPglite.layer({ folder })))
const table = (version: number, sql = `create table t${version} (id int)`) => ({ version, name: `table ${version}`, sql })

/** What became of a command: its code when it was refused. */
const asksOf = (log: string, by: string, body: CommandBody) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { json } = encodeBatch([
      {
        ...{ log: ConversationId.make(log), id: CommandId.make(yield* makeUuidV7), by: UserId.make(by) },
        ...{ device: null, epoch: Epoch.make(log), body }
      }
    ])
    const [row] = yield* sql<{ answer: AppendAnswer }>`select hibiki_append(1, ${json}::jsonb) as answer`
    const [, tag, , , code] = row?.answer.decided[0] ?? []
    return code ?? tag
  })

const userOf = (handle: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const userId = UserId.make(yield* makeUuidV7)
    yield* sql`insert into users (id, handle, display_name) values (${userId}::uuid, ${handle}, ${handle})`
    yield* sql`select hibiki_create_personal_log(${userId}::uuid, 1)`
    return userId
  })

describe("migrations", () => {
  layer(databaseFolders, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("run once each, in order", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* schemaVersion(), 0)
        assert.deepStrictEqual(
          yield* migrate(),
          migrations.map(({ version }) => version)
        )
        assert.deepStrictEqual(yield* migrate(), [])
        assert.strictEqual(yield* schemaVersion(), migrations.length)
        const sql = yield* SqlClient.SqlClient
        assert.strictEqual((yield* sql`select epoch from store_meta`).length, 1)
      }).pipe(Effect.provide(database))
    )

    it.effect("take over the users of an earlier version, who are to be seen as before", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrate(migrations.slice(0, 2))
        yield* sql`insert into users (id, handle, display_name) values (gen_random_uuid(), 'ann', 'Ann')`
        assert.deepStrictEqual(
          yield* migrate(),
          migrations.slice(2).map(({ version }) => version)
        )
        assert.deepStrictEqual(yield* sql`select handle, invisible from users`, [{ handle: "ann", invisible: false }])
      }).pipe(Effect.provide(database))
    )

    it.effect("end the invites of who was disabled by an earlier version", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrate(migrations.slice(0, 15))
        const [ann, bob] = [yield* makeUuidV7, yield* makeUuidV7]
        yield* sql`insert into users (id, handle, display_name, disabled_at) values (${ann}::uuid, 'ann', 'Ann', 1), (${bob}::uuid, 'bob', 'Bob', null)`
        yield* sql`insert into invites (hash, kind, created_by, expires_at)
          values ('of ann', 'member', ${ann}::uuid, 9), ('of bob', 'member', ${bob}::uuid, 9), ('of the server', 'admin', null, 9)`
        yield* migrate()
        assert.deepStrictEqual(yield* sql`select hash from invites order by hash`, [{ hash: "of bob" }, { hash: "of the server" }])
      }).pipe(Effect.provide(database))
    )

    it.effect("give an owner, by an event, to conversations that an earlier version left without one, and to no others", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrate(migrations.slice(0, 15))
        const [ann, bob, cat] = [yield* userOf("ann"), yield* userOf("bob"), yield* userOf("cat")]
        const make = (by: UserId, conversationKind: "group" | "channel", members: ReadonlyArray<UserId> = []) =>
          Effect.gen(function* () {
            const log = yield* makeUuidV7
            yield* asksOf(log, by, { kind: "create", conversationKind, title: "Tea", history: "all", members })
            return log
          })
        // Left by its owner, who came back, and then others came.
        const channel = yield* make(ann, "channel")
        yield* asksOf(channel, ann, { kind: "leave" })
        for (const user of [ann, cat, bob]) yield* asksOf(channel, user, { kind: "join" })
        // Its owner gave the role up when alone.
        const [group, alone] = [yield* make(ann, "group"), yield* make(ann, "group")]
        for (const log of [group, alone]) yield* asksOf(log, ann, { kind: "setRole", userId: ann, role: "member" })
        yield* asksOf(group, ann, { kind: "add", userIds: [cat, bob] })
        // One that has an owner, one that everybody has left, and a direct one.
        yield* make(bob, "group", [ann])
        yield* asksOf(yield* make(ann, "channel"), ann, { kind: "leave" })
        yield* asksOf(directConversationId(ann, bob), ann, { kind: "openDirect", peer: bob })
        yield* sql`update users set disabled_at = 1 where id = ${ann}::uuid`
        yield* sql`create table before as select id, last_seq from conversations`
        yield* migrate()
        const told = yield* sql<{ log: string; text: string }>`
          select b.id as log, concat_ws(' ', e.seq - b.last_seq, e.by_user, e.kind, e.body->>'userId', e.body->>'role') as text
          from before b join events e on e.conversation_id = b.id and e.seq > b.last_seq`
        const [smaller = bob] = [bob, cat].sort()
        const givenTo = (user: UserId) => `1 ${user} roleChanged ${user} owner`
        // Who may sign in, who joined first, then by id.
        assert.deepStrictEqual(
          new Map(told.map(({ log, text }) => [log, text])),
          new Map([
            [channel, givenTo(cat)],
            [group, givenTo(smaller)],
            [alone, givenTo(ann)]
          ])
        )
        assert.lengthOf(told, 3)
        assert.strictEqual(yield* asksOf(channel, bob, { kind: "setRole", userId: bob, role: "admin" }), "forbidden")
        assert.strictEqual(yield* asksOf(channel, cat, { kind: "setRole", userId: bob, role: "admin" }), "appended")
      }).pipe(Effect.provide(database))
    )

    it.scoped("know of an earlier version's folder who was a member and who never was", () =>
      Effect.gen(function* () {
        const folder = yield* databaseFolder
        const opened = <A, E>(run: Effect.Effect<A, E, SqlClient.SqlClient>) => Effect.provide(run, SqlPglite.layer({ folder }))
        const [log, ann, bob, eve] = [yield* makeUuidV7, yield* makeUuidV7, yield* makeUuidV7, yield* makeUuidV7]
        const asks = (by: string, body: CommandBody) => asksOf(log, by, body)
        yield* opened(
          Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            yield* migrate(migrations.slice(0, 3))
            for (const user of [ann, bob, eve]) yield* sql`select hibiki_create_personal_log(${user}::uuid, 1)`
            const members = [UserId.make(bob)]
            yield* asks(ann, { kind: "create", conversationKind: "group", title: "Tea", history: "all", members })
            assert.strictEqual(yield* asks(bob, { kind: "leave" }), "appended")
            assert.strictEqual(yield* asks(eve, { kind: "withdraw" }), "withdrawn")
          })
        )
        yield* opened(
          Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            yield* migrate()
            const [before] = yield* sql<{ count: number }>`select count(*)::int from decided`
            const answers = yield* Effect.forEach([eve, bob, ann], (by) => asks(by, { kind: "withdraw" }))
            assert.deepStrictEqual(answers, ["not_found", "withdrawn", "withdrawn"])
            assert.deepStrictEqual(yield* sql`select count(*)::int from decided`, [{ count: (before?.count ?? 0) + 2 }])
          })
        )
      })
    )

    it.effect("let a program of the twelfth version append, which gives posts as objects", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrate()
        yield* setSqlClock(7)
        const [log, ann, eve, device] = [yield* makeUuidV7, yield* makeUuidV7, yield* makeUuidV7, yield* makeUuidV7]
        yield* sql`insert into conversations (id, kind, members) values (${log}::uuid, 'group', 1)`
        yield* sql`insert into memberships (conversation_id, user_id, role, joined_seq) values (${log}::uuid, ${ann}::uuid, 'owner', 0)`
        const object = (i: number, id: string, by: string) => ({
          i,
          log,
          id,
          by_user: by,
          device,
          epoch: null,
          body: { text: `text ${i}` }
        })
        const [first, second, third] = [yield* makeUuidV7, yield* makeUuidV7, yield* makeUuidV7]
        const posts = [object(0, first, ann), object(1, second, eve), object(2, third, ann)]
        const appended = (batch: unknown) =>
          Effect.map(
            sql<{ answer: AppendAnswer }>`select hibiki_append(9000000, ${JSON.stringify(batch)}::jsonb) as answer`,
            ([row]) => row?.answer ?? assert.fail("no answer")
          )
        const answer = yield* appended({ logs: [log], posts })
        assert.deepStrictEqual(answer.decided, [
          [0, "appended", 1, 7, null],
          [1, "refused", null, null, "not_found"],
          [2, "appended", 2, 7, null]
        ])
        assert.deepStrictEqual(answer.changes, [
          [
            ConversationId.make(log),
            2,
            [
              [1, first, ann, 7, "posted", { text: "text 0" }],
              [2, third, ann, 7, "posted", { text: "text 2" }]
            ]
          ]
        ])
        const more = [object(0, yield* makeUuidV7, ann), object(1, yield* makeUuidV7, ann)]
        const { changes, decided, stored } = yield* appended({ logs: [log], posts: more })
        assert.deepStrictEqual([stored, decided, changes], [[[ConversationId.make(log), 2, 7]], [], []])
        assert.deepStrictEqual(yield* sql`select id::text, seq::int from events where seq > 2 order by seq`, [
          { id: more[0]?.id, seq: 3 },
          { id: more[1]?.id, seq: 4 }
        ])
        assert.deepStrictEqual((yield* appended({ logs: [log], posts: posts.slice(0, 1) })).decided, [[0, "repeated", 1, 7, null]])
      }).pipe(Effect.provide(database))
    )

    it.effect("are numbered without gap", () =>
      Effect.sync(() =>
        assert.deepStrictEqual(
          migrations.map(({ version }) => version),
          migrations.map((_, i) => i + 1)
        )
      )
    )

    it.effect("that fail leave nothing of themselves, and keep what came before", () =>
      Effect.gen(function* () {
        const bad = table(2, "create table t2 (id int); select 1 / 0")
        assert.strictEqual((yield* Effect.flip(migrate([table(1), bad, table(3)])))._tag, "SqlError")
        assert.strictEqual(yield* schemaVersion([table(1), bad, table(3)]), 1)
        assert.deepStrictEqual(yield* migrate([table(1), table(2), table(3)]), [2, 3])
      }).pipe(Effect.provide(database))
    )

    it.effect("leave a database of a newer version as it is where that says that this program runs beside it", () =>
      Effect.gen(function* () {
        const added = { ...table(2), runsBeside: 1 }
        yield* migrate([table(1), added])
        assert.deepStrictEqual(yield* migrate([table(1)]), [])
        assert.strictEqual(yield* schemaVersion([table(1)]), 2)
        // A later step that takes away what the first version needs, and is run by the second.
        yield* migrate([table(1), added, { ...table(3), runsBeside: 2 }])
        assert.strictEqual(yield* schemaVersion([table(1), added]), 3)
        assert.strictEqual((yield* Effect.flip(schemaVersion([table(1)])))._tag, "NewerSchema")
      }).pipe(Effect.provide(database))
    )

    it.effect("take over a database that does not say which programs run beside it", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrate([table(1), table(2)])
        yield* sql`alter table schema_version drop column runs_beside`
        assert.strictEqual(yield* schemaVersion([table(1), table(2)]), 2)
        assert.strictEqual((yield* Effect.flip(schemaVersion([table(1)])))._tag, "NewerSchema")
        assert.deepStrictEqual(yield* migrate([table(1), table(2), table(3)]), [3])
      }).pipe(Effect.provide(database))
    )

    it.effect("refuse a database of a newer version", () =>
      Effect.gen(function* () {
        yield* migrate([table(1), table(2)])
        for (const attempt of [Effect.asVoid(migrate([table(1)])), Effect.asVoid(schemaVersion([table(1)]))]) {
          const refused = yield* Effect.flip(attempt)
          assert.deepStrictEqual({ ...(refused as object) }, { _tag: "NewerSchema", found: 2, known: 1 })
        }
      }).pipe(Effect.provide(database))
    )
  })
})
