// Builds the page: one small entry, and everything that the first paint does without in chunks of its own.
import { fileURLToPath } from "node:url"
import { defaultClientConditions, defineConfig } from "vite"
import solid from "vite-plugin-solid"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Styles that never change would become style attributes of a template, which the page's policy forbids (virtua's own,
// too).
const compiled = { generate: "dom", inlineStyles: false } as const

/**
 * What every page loads at its start, and what libraries share of Effect: one file each, which compress better and name
 * each other less.
 */
const together = [
  {
    name: "first",
    test: /solid-js|@solidjs|web\/src\/(model\/App\.ts|lib\/names|ui\/(Icon|iconPaths|Mark))|core\/src\/domain\/(Limits|Mentions|NameRules|TextRules)/
  },
  { name: "effect", test: /effect\/dist\/esm\/|core\/src\/domain\/(Emoji|Flags)\.ts/, minShareCount: 2 }
]

export default defineConfig({
  root: here("."),
  plugins: [solid({ solid: compiled })],
  resolve: {
    conditions: ["source", ...defaultClientConditions],
    // What libraries would bring along for others. Named as they name it themselves: another name in a later version is
    // seen in the bytes.
    alias: [
      { find: "msgpackr", replacement: here("src/runtime/noMsgpackr.ts") },
      { find: /^\.\/scrollRestoration\.js$/, replacement: here("src/runtime/noScrollRestoration.ts") },
      { find: /^\.\.\/data\/events\.js$/, replacement: here("src/runtime/noForms.ts") }
    ]
  },
  build: {
    manifest: true,
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // The page names all of its first files, and these all that the live part is made of. Of other parts they name only
    // the style sheets.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (file, needed, { hostType }) =>
        hostType === "html" || file.includes("startChat") ? needed : needed.filter((name) => name.endsWith(".css"))
    },
    // What is only read and used by nothing goes, as the linter lets no source read for the sake of reading. Solid
    // does, of stores in lists, of which this page has none.
    rolldownOptions: { treeshake: { propertyReadSideEffects: false }, output: { codeSplitting: { groups: together } } }
  }
})
