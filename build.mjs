// Builds static/dist: one script, one style sheet, the fonts and a sprite of exactly the icons in use.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const OUT = "static/dist";
const DEV = process.argv.includes("--dev");
const ICON_IN_TEMPLATE = /(?:\bui\.icon\(|\{%\s*icon\s+)["']([a-z0-9-]+)["']/g;
const ICON_AS_ARGUMENT = /\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']/g;
const SOURCES = ["templates", "succession", "candidates", "pools", "training"];

const scss = {
  name: "scss",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, async ({ path: file }) => {
      const { css, loadedUrls } = sass.compile(file, { loadPaths: ["node_modules"], quietDeps: true });
      return { contents: css, loader: "css", resolveDir: path.dirname(file), watchFiles: loadedUrls.map((url) => url.pathname) };
    });
  },
};

async function* filesUnder(folder, pattern) {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true, recursive: true });
  } catch {
    return;
  }
  for (const entry of entries) if (entry.isFile() && pattern.test(entry.name)) yield path.join(entry.parentPath, entry.name);
}

async function iconNames() {
  const wanted = new Map(JSON.parse(await readFile("frontend/icons.json", "utf8")).map((name) => [name, "frontend/icons.json"]));
  for (const folder of SOURCES) {
    for await (const file of filesUnder(folder, /\.(html|py)$/)) {
      const text = await readFile(file, "utf8");
      for (const pattern of [ICON_IN_TEMPLATE, ICON_AS_ARGUMENT]) {
        for (const [, name] of text.matchAll(pattern)) wanted.set(name, file);
      }
    }
  }
  return [...wanted].sort(([a], [b]) => a.localeCompare(b));
}

async function buildIcons() {
  const symbols = [];
  for (const [name, wantedBy] of await iconNames()) {
    const svg = await readFile(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8").catch(() => {
      throw new Error(`No icon "${name}", wanted by ${wantedBy}`);
    });
    const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/<path stroke="none"[^>]*>/, "").replace(/\s+/g, " ").trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`);
  }
  await writeFile(`${OUT}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await buildIcons();
await copyFile("frontend/sign.svg", `${OUT}/sign.svg`);
await esbuild.build({
  entryPoints: { app: "frontend/app.js", style: "frontend/style.scss" },
  bundle: true,
  minify: !DEV,
  sourcemap: DEV,
  format: "esm",
  target: ["es2022"],
  outdir: OUT,
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]",
  legalComments: "none",
  logLevel: "warning",
  plugins: [scss],
});
for (const name of ["app.js", "style.css", "icons.svg"]) {
  const bytes = await readFile(`${OUT}/${name}`);
  console.log(`${name.padEnd(10)} ${(bytes.length / 1024).toFixed(0).padStart(4)} KB, ${(gzipSync(bytes).length / 1024).toFixed(0)} KB compressed`);
}
