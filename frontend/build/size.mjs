/**
 * Prints what a browser loads, gzipped, before the first route shows, and for
 * each route, and fails above the budget.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const budgets = { first: 210, route: 130 };

const sizes = new Map();
function size(file) {
  if (!sizes.has(file)) {
    sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length);
  }
  return sizes.get(file);
}

/** Everything that loads with a chunk: itself, its static imports, its styles. */
function files(key, into = new Set()) {
  const chunk = manifest[key];
  if (!chunk || into.has(chunk.file)) return into;
  into.add(chunk.file);
  for (const css of chunk.css ?? []) into.add(css);
  for (const imported of chunk.imports ?? []) files(imported, into);
  return into;
}

const total = (set) => [...set].reduce((sum, file) => sum + size(file), 0) / 1000;
const entry = files('index.html');
const theme = Object.values(manifest).find((chunk) => chunk.name === 'theme');
if (theme) entry.add(theme.file);

const route = (name) =>
  Object.keys(manifest).filter(
    (key) => key.includes(`routes/${name}`) && key.includes('tsr-split'),
  );
const shell = [...route('_app.tsx'), ...route('_app/projects.$projectId.tsx')];
const pages = {
  'sign-in': route('sign-in.tsx'),
  'trace list (first route)': [...shell, ...route('_app/projects.$projectId.traces.index.tsx')],
  'one trace': [...shell, ...route('_app/projects.$projectId.traces.$traceId.tsx')],
};

let isOver = false;
console.log(`${total(entry).toFixed(1).padStart(8)} kB  entry`);
for (const [name, keys] of Object.entries(pages)) {
  if (keys.length === 0) throw new Error(`no chunk for ${name}: have the routes moved?`);
  const all = new Set(entry);
  for (const key of keys) files(key, all);
  const sum = total(all);
  const own = sum - total(entry);
  const over = name.includes('first') ? sum > budgets.first : own > budgets.route;
  isOver ||= over;
  console.log(
    `${sum.toFixed(1).padStart(8)} kB  ${name}, ${own.toFixed(1)} kB beside the entry${over ? '  OVER BUDGET' : ''}`,
  );
}
console.log(
  `budgets, gzipped: first route ${budgets.first} kB, any other beside the entry ${budgets.route} kB`,
);
if (isOver) process.exit(1);
