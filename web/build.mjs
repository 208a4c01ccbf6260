// Bundles the interface: node build.mjs OUTDIR [--watch] [--depfile=FILE]
//
// OUTDIR receives index.html, manifest.json and assets/NAME-HASH.*; every page is a chunk of its own.
// manifest.json lists what the server has to embed: { files: [{ path, type, immutable }] }.
// FILE tells Ninja what the bundle was made from.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [outArg, ...flags] = process.argv.slice(2);
if (!outArg) {
  console.error('usage: node build.mjs OUTDIR [--watch]');
  process.exit(2);
}
const out = resolve(outArg);
const watch = flags.includes('--watch');
const depfile = flags.find((f) => f.startsWith('--depfile='))?.slice('--depfile='.length);

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
};

const typeOf = (path) => types[path.split('.').pop()] ?? 'application/octet-stream';

function page(entry, style, icon) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#1a2226" media="(prefers-color-scheme: dark)">
<title>Penstock</title>
<link rel="icon" href="/${icon}" type="image/svg+xml">
<link rel="stylesheet" href="/${style}">
<script type="module" src="/${entry}"></script>
</head>
<body><div id="root"></div></body>
</html>
`;
}

async function finish(result) {
  if (result.errors.length) return;
  const outputs = Object.entries(result.metafile.outputs).map(([path, info]) => ({
    path: path.slice(path.indexOf('assets/')),
    info,
  }));
  const entry = outputs.find((o) => o.info.entryPoint === 'src/main.tsx');
  const icon = outputs.find((o) => o.path.endsWith('.svg'));
  const style = entry.info.cssBundle.slice(entry.info.cssBundle.indexOf('assets/'));
  await writeFile(join(out, 'index.html'), page(entry.path, style, icon.path));
  const files = [
    { path: 'index.html', type: types.html, immutable: false },
    ...outputs
      .filter((o) => !o.path.endsWith('.map'))
      .map((o) => ({ path: o.path, type: typeOf(o.path), immutable: true }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  ];
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify({ files }, null, 2)}\n`);
  if (depfile) {
    const made = ['build.mjs', ...Object.keys(result.metafile.inputs)];
    const from = made.map((path) => relative('.', join(here, path)).replaceAll(' ', '\\ '));
    await writeFile(depfile, `${join(outArg, 'manifest.json')}: ${from.join(' ')}\n`);
  }
  const kept = new Set(files.map((f) => f.path));
  for (const name of await readdir(join(out, 'assets')))
    if (!kept.has(`assets/${name}`)) await rm(join(out, 'assets', name));
  const bytes = outputs.reduce((sum, o) => sum + o.info.bytes, 0);
  console.log(`${files.length} files, ${Math.round(bytes / 1024)} KiB`);
}

await mkdir(join(out, 'assets'), { recursive: true });
const options = {
  absWorkingDir: here,
  entryPoints: { main: 'src/main.tsx', icon: 'src/icon.svg' },
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: !watch,
  sourcemap: watch ? 'inline' : false,
  metafile: true,
  outdir: join(out, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  publicPath: '/assets/',
  loader: { '.svg': 'copy' },
  jsx: 'automatic',
  target: ['chrome123', 'firefox121', 'safari17.5'],
  define: { 'process.env.NODE_ENV': watch ? '"development"' : '"production"' },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [{ name: 'finish', setup: (build) => build.onEnd(finish) }],
};

if (watch) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
