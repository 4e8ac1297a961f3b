/**
 * Builds the browser's side into agent_ui/static/dist, with a manifest of hashed names.
 *
 * The manifest maps a plain name ("console.js") to the built one ("console-1A2B3C.js").
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "dist");
const assets = join(here, "..", "static");

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ["src/theme.js", "src/pages.js", "src/console.js", "src/board.js", "src/app.css"],
    outdir: out,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    sourcemap: "linked",
    metafile: true,
    format: "iife",
    target: ["chrome110", "firefox115", "safari16.4"],
    loader: { ".woff2": "file", ".svg": "file" },
    legalComments: "linked",
    logLevel: "warning",
  });
  const built = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint);
  return built.map(([file, { entryPoint }]) => [basename(entryPoint), basename(file)]);
}

/** One SVG sprite of the icons that the templates name: `icon("telephone")` is `#telephone`. */
async function sprite() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(names.map(symbol));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  return write("icons.svg", svg);
}

async function symbol(name) {
  const source = await readFile(join(here, "node_modules/bootstrap-icons/icons", `${name}.svg`), "utf8");
  const [, content] = source.match(/<svg[^>]*>([\s\S]*)<\/svg>/);
  return `<symbol id="${name}" viewBox="0 0 16 16">${content.trim()}</symbol>`;
}

/** Files that need no building, copied under a hashed name. */
async function copies() {
  const plain = (await readdir(assets, { withFileTypes: true })).filter((entry) => entry.isFile());
  return Promise.all(plain.map(async ({ name }) => write(name, await readFile(join(assets, name)))));
}

async function write(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const hashed = name.replace(/(\.\w+)$/, `-${hash}$1`);
  await writeFile(join(out, hashed), content);
  return [name, hashed];
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const entries = [...(await bundle()), await sprite(), ...(await copies())];
const manifest = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
