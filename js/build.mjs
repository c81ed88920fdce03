// Builds the two files that the Python package ships: ESM, minified, the style sheet inlined as text.
// `node build.mjs --watch` rebuilds on change.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context, transform } from "esbuild";

const LIMIT_KB = 120;
/** The widget, and the page of a shared map: each file holds all that it needs. */
const ENTRIES = ["index", "share/share"];
const outdir = fileURLToPath(new URL("../python/labelatlas/static", import.meta.url));

const cssAsText = {
  name: "css-as-text",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

const options = {
  entryPoints: ENTRIES.map((entry) => fileURLToPath(new URL(`src/${entry}.ts`, import.meta.url))),
  entryNames: "[name]",
  outdir,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  legalComments: "inline",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [cssAsText],
  logLevel: "warning",
};

if (process.argv.includes("--watch")) {
  await (await context(options)).watch();
} else {
  await build(options);
  for (const entry of ENTRIES) {
    const outfile = join(outdir, `${basename(entry)}.js`);
    const bytes = await readFile(outfile);
    const kb = gzipSync(bytes, { level: 9 }).length / 1000;
    process.stdout.write(`${outfile}: ${(bytes.length / 1000).toFixed(1)} kB, ${kb.toFixed(1)} kB gzipped\n`);
    if (kb > LIMIT_KB) {
      process.stderr.write(`A bundle must stay under ${LIMIT_KB} kB gzipped. Got ${kb.toFixed(1)} kB instead.\n`);
      process.exitCode = 1;
    }
  }
}
