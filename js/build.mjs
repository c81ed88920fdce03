// Builds the one file that the Python package ships: ESM, minified, the style sheet inlined as text.
// `node build.mjs --watch` rebuilds on change.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context, transform } from "esbuild";

const LIMIT_KB = 120;
const outfile = fileURLToPath(new URL("../python/labelatlas/static/index.js", import.meta.url));

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
  entryPoints: [fileURLToPath(new URL("src/index.ts", import.meta.url))],
  outfile,
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
  const bytes = await readFile(outfile);
  const kb = gzipSync(bytes, { level: 9 }).length / 1000;
  process.stdout.write(`${outfile}: ${(bytes.length / 1000).toFixed(1)} kB, ${kb.toFixed(1)} kB gzipped\n`);
  if (kb > LIMIT_KB) {
    process.stderr.write(`The bundle must stay under ${LIMIT_KB} kB gzipped. Got ${kb.toFixed(1)} kB instead.\n`);
    process.exitCode = 1;
  }
}
