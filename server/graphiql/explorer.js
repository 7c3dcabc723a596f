import { named, placeIn, readSchema } from "./schema.js";

const $ = (id) => document.getElementById(id);
const query = $("query");
const variables = $("variables");
const response = $("response");
const status = $("status");

const EXAMPLE = `# Ctrl+Enter runs the operation, Ctrl+Space suggests.
query {
  viewer {
    user { email }
    apiKey { name }
  }
}
`;

// Whether the server refuses what the explorer sends without an API key.
const needsKey = document.body.dataset.trust === "documents";

// ---- the request is kept between visits; keys are not

const KEPT = "treeline.explorer";
function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ query: query.value, variables: variables.value }));
  } catch {
    // Storage may be full or forbidden; the page works without it.
  }
}
function restore() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") ?? {};
  } catch {
    // As above.
  }
  query.value = typeof kept.query === "string" ? kept.query : EXAMPLE;
  variables.value = typeof kept.variables === "string" ? kept.variables : "";
}

// ---- elements

function element(name, properties, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function say(text, isBad = false) {
  status.textContent = text;
  status.classList.toggle("bad", isBad);
}

// ---- running

function headers() {
  const list = { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json;q=0.9", "X-Treeline-Request": "1" };
  const publicKey = $("public").value.trim();
  const secret = $("secret").value.trim();
  if (publicKey !== "" && secret !== "") {
    const bytes = new TextEncoder().encode(`${publicKey}:${secret}`);
    list.Authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  }
  return list;
}

function operationNames() {
  const text = query.value.replace(/#[^\n]*/g, "").replace(/"""[^]*?"""|"(?:\\.|[^"\\\n])*"/g, '""');
  let depth = 0;
  const names = [];
  for (const match of text.matchAll(/[{}]|\b(?:query|mutation|subscription)\s+([A-Za-z_]\w*)/g)) {
    if (match[0] === "{") depth++;
    else if (match[0] === "}") depth--;
    else if (depth === 0) names.push(match[1]);
  }
  return names;
}

function showOperations() {
  const names = operationNames();
  const select = $("operation");
  const chosen = select.value;
  select.replaceChildren(...names.map((name) => element("option", { value: name, textContent: name, selected: name === chosen })));
  select.parentElement.hidden = names.length < 2;
}

let running;
async function run() {
  keep();
  running?.abort();
  if (needsKey && !headers().Authorization) {
    showKey(true);
    say("Enter an API key: without one, this server runs trusted documents only.", true);
    return;
  }
  const controller = new AbortController();
  running = controller;
  const body = { query: query.value };
  if (variables.value.trim() !== "") {
    try {
      body.variables = JSON.parse(variables.value);
    } catch (error) {
      say(`The variables are not JSON: ${error.message}`, true);
      variables.focus();
      return;
    }
  }
  const names = operationNames();
  if (names.length > 1) body.operationName = $("operation").value || names[0];
  $("run").setAttribute("aria-busy", "true");
  say("Running …");
  const started = performance.now();
  try {
    const answer = await fetch("graphql", { method: "POST", credentials: "same-origin", headers: headers(), body: JSON.stringify(body), signal: controller.signal });
    const text = await answer.text();
    const took = Math.round(performance.now() - started);
    let result;
    try {
      result = JSON.parse(text);
    } catch {
      response.textContent = text;
      say(`${answer.status} · ${took} ms`, true);
      return;
    }
    paint(JSON.stringify(result, null, 2));
    const cost = result.extensions?.cost;
    say([answer.status, `${took} ms`, cost && `cost ${cost.requested} of ${cost.limit}`, result.errors && `${result.errors.length} error${result.errors.length > 1 ? "s" : ""}`].filter(Boolean).join(" · "), Boolean(result.errors));
  } catch (error) {
    if (error.name !== "AbortError") say(`The server did not answer: ${error.message}`, true);
  } finally {
    if (running === controller) $("run").removeAttribute("aria-busy");
  }
}

// Colours JSON. Very long answers stay plain: the nodes would cost more than they help.
function paint(json) {
  if (json.length > 300_000) {
    response.textContent = json;
    return;
  }
  const nodes = [];
  let at = 0;
  for (const match of json.matchAll(/("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g)) {
    nodes.push(json.slice(at, match.index));
    const className = match[2] ? "key" : match[1] ? "text" : "number";
    nodes.push(element("span", { className, textContent: match[1] ?? match[0] }));
    at = match.index + (match[1] ?? match[0]).length;
  }
  nodes.push(json.slice(at));
  response.replaceChildren(...nodes);
}

// ---- formatting: indents by brackets, leaves everything else as it is

function format(text) {
  let depth = 0;
  const lines = [];
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    const bare = line.replace(/#.*$/, "").replace(/"(?:\\.|[^"\\])*"/g, "");
    const opens = (bare.match(/[{(\[]/g) ?? []).length;
    const closes = (bare.match(/[})\]]/g) ?? []).length;
    const leading = (bare.match(/^[})\]]+/)?.[0] ?? "").length;
    lines.push(line === "" ? "" : "  ".repeat(Math.max(0, depth - leading)) + line);
    depth = Math.max(0, depth + opens - closes);
  }
  return lines.join("\n").replace(/\n{3,}/g, "\n\n");
}

// ---- documentation

let schema = { types: new Map(), roots: {} };
const trail = [];

function typeLink(type) {
  const name = named(type);
  const [before, after] = type.split(name);
  if (!schema.types.has(name)) return type;
  const link = element("button", { type: "button", className: "link", textContent: name });
  link.addEventListener("click", () => show(name));
  return element("span", {}, before, link, after);
}

function inputList(args) {
  const parts = [];
  args.forEach((arg, i) => {
    parts.push(i > 0 ? ", " : "(", `${arg.name}: `, typeLink(arg.type));
    if (arg.default !== undefined) parts.push(` = ${arg.default}`);
  });
  if (args.length > 0) parts.push(")");
  return parts;
}

function fieldItem(def, field) {
  const isSelectable = def.kind !== "input";
  const name = isSelectable
    ? element("button", { type: "button", className: "link field", title: "Insert into the query", textContent: field.name })
    : element("span", { textContent: field.name });
  if (isSelectable) name.addEventListener("click", () => insert(field.name));
  const item = element("li", {}, name, ...inputList(field.args ?? []), ": ", typeLink(field.type));
  if (field.default !== undefined) item.append(` = ${field.default}`);
  if (field.deprecated) item.append(" (deprecated)");
  if (field.description) item.append(element("p", { textContent: field.description }));
  for (const arg of field.args ?? []) {
    if (arg.description) item.append(element("p", { textContent: `${arg.name}: ${arg.description}` }));
  }
  return item;
}

function show(name) {
  const known = trail.indexOf(name);
  if (known >= 0) trail.splice(known + 1);
  else trail.push(name);
  draw();
  $("doc").focus({ preventScroll: true });
  $("docs").scrollTop = 0;
}

function draw() {
  const crumbs = [element("button", { type: "button", className: "link", textContent: "Schema" })];
  crumbs[0].addEventListener("click", () => {
    trail.length = 0;
    draw();
  });
  for (const name of trail) {
    const crumb = element("button", { type: "button", className: "link", textContent: name });
    crumb.addEventListener("click", () => show(name));
    crumbs.push(" › ", crumb);
  }
  $("trail").replaceChildren(...crumbs);
  const doc = $("doc");
  const wanted = $("search").value.trim().toLowerCase();
  if (wanted !== "") {
    doc.replaceChildren(found(wanted));
    return;
  }
  const def = schema.types.get(trail.at(-1));
  if (!def) {
    const roots = Object.values(schema.roots).filter((name) => schema.types.has(name));
    const others = [...schema.types.keys()].filter((name) => !roots.includes(name)).sort();
    doc.replaceChildren(element("ul", {}, ...[...roots, ...others].map((name) => element("li", {}, typeLink(name)))));
    return;
  }
  const parts = [element("h2", { textContent: `${def.kind} ${def.name}${def.isOneOf ? " (exactly one field)" : ""}` })];
  if (def.description) parts.push(element("p", { textContent: def.description }));
  if (def.fields.length > 0) parts.push(element("ul", {}, ...def.fields.map((field) => fieldItem(def, field))));
  if (def.values.length > 0) {
    parts.push(element("ul", {}, ...def.values.map((value) => element("li", {}, value.name, element("p", { textContent: value.description })))));
  }
  if (def.types.length > 0) parts.push(element("p", { textContent: "Possible types" }), element("ul", {}, ...def.types.map((name) => element("li", {}, typeLink(name)))));
  doc.replaceChildren(...parts);
}

function found(wanted) {
  const items = [];
  for (const def of schema.types.values()) {
    if (def.name.toLowerCase().includes(wanted)) items.push(element("li", {}, typeLink(def.name)));
  }
  for (const def of schema.types.values()) {
    for (const field of def.fields) {
      if (items.length < 200 && field.name.toLowerCase().includes(wanted)) items.push(element("li", {}, typeLink(def.name), `.${field.name}: `, typeLink(field.type)));
    }
  }
  return items.length > 0 ? element("ul", {}, ...items) : element("p", { textContent: "Nothing has this name." });
}

// ---- editing

function replace(start, end, text) {
  query.focus();
  query.setSelectionRange(start, end);
  // execCommand keeps the browser's own undo working, which setRangeText does not.
  if (!document.execCommand("insertText", false, text)) query.setRangeText(text, start, end, "end");
  changed();
}

function insert(text) {
  replace(query.selectionStart, query.selectionEnd, text);
}

function changed() {
  keep();
  showOperations();
}

// ---- suggestions

const list = $("suggestions");
let chosen = 0;

function wordBefore() {
  return query.value.slice(0, query.selectionStart).match(/[A-Za-z_]\w*$/)?.[0] ?? "";
}

function candidates() {
  const word = wordBefore();
  const before = query.value.slice(0, query.selectionStart - word.length);
  if (/[$@:]\s*$/.test(before) && !/\.\.\.\s*on\s*$/.test(before)) return [];
  const place = placeIn(schema, before);
  let options = [];
  if (/\.\.\.\s*on\s+$/.test(before)) {
    options = (place.type?.types ?? []).map((name) => ({ name, type: "" }));
  } else if (place.args) {
    options = place.args.args.map((arg) => ({ name: arg.name, type: arg.type, suffix: ": " }));
  } else if (place.isValue) {
    return [];
  } else if (place.depth > 0) {
    options = [...(place.type?.fields ?? []), { name: "__typename", type: "String!" }];
    if (place.type?.types.length > 0) options.push({ name: "... on", type: "", suffix: " " });
  } else {
    options = ["query", "mutation", "fragment"].map((name) => ({ name, type: "", suffix: " " }));
  }
  const wanted = word.toLowerCase();
  return options
    .filter((option) => option.name.toLowerCase().includes(wanted) && option.name !== word)
    .sort((a, b) => Number(!a.name.toLowerCase().startsWith(wanted)) - Number(!b.name.toLowerCase().startsWith(wanted)))
    .slice(0, 50);
}

function suggest() {
  const options = candidates();
  if (options.length === 0) {
    dismiss();
    return;
  }
  chosen = 0;
  list.replaceChildren(
    ...options.map((option, i) => {
      const item = element("li", { id: `suggestion-${i}` }, option.name, element("span", { className: "type", textContent: option.type ?? "" }));
      item.setAttribute("role", "option");
      item.dataset.text = option.name + (option.suffix ?? "");
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        accept(item);
      });
      return item;
    }),
  );
  const lines = query.value.slice(0, query.selectionStart).split("\n");
  const top = Math.min(lines.length * 19.5 + 12 - query.scrollTop, query.clientHeight - 60);
  list.hidden = false;
  list.style.top = `${Math.max(0, top)}px`;
  list.style.left = `${Math.min(lines.at(-1).length * 7.8 + 10, query.clientWidth * 0.5)}px`;
  mark();
}

function mark() {
  [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
  query.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
}

function dismiss() {
  list.hidden = true;
  query.removeAttribute("aria-activedescendant");
}

function accept(item) {
  const end = query.selectionStart;
  const start = end - wordBefore().length;
  dismiss();
  replace(start, end, item.dataset.text);
}

query.addEventListener("input", (event) => {
  changed();
  if (event.inputType === "insertText" && /^[A-Za-z_]$/.test(event.data ?? "")) suggest();
  else if (event.inputType !== "deleteContentBackward" || wordBefore() === "") dismiss();
  else if (!list.hidden) suggest();
});
query.addEventListener("blur", dismiss);
query.addEventListener("keydown", (event) => {
  if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    suggest();
    return;
  }
  if (!list.hidden) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      chosen = (chosen + steps[event.key] + list.children.length) % list.children.length;
      mark();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      accept(list.children[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      dismiss();
    }
    return;
  }
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const before = query.value.slice(0, query.selectionStart);
    const indent = before.slice(before.lastIndexOf("\n") + 1).match(/^\s*/)[0];
    const opens = /[{(\[]\s*$/.test(before);
    insert(`\n${indent}${opens ? "  " : ""}`);
  }
});
variables.addEventListener("input", keep);

document.addEventListener("keydown", (event) => {
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && event.key === "Enter") {
    event.preventDefault();
    dismiss();
    run();
  } else if (isCommand && event.shiftKey && event.key.toLowerCase() === "f") {
    event.preventDefault();
    replace(0, query.value.length, format(query.value));
  }
});
$("run").addEventListener("click", run);
$("format").addEventListener("click", () => replace(0, query.value.length, format(query.value)));
$("search").addEventListener("input", draw);
$("key").addEventListener("submit", (event) => event.preventDefault());
function showKey(isShown) {
  $("key").hidden = !isShown;
  $("key-toggle").setAttribute("aria-expanded", String(isShown));
  if (isShown) $("public").focus();
}
$("key-toggle").addEventListener("click", () => showKey($("key").hidden));

if (needsKey) {
  $("trust").hidden = false;
  $("without-key").textContent = "A key is kept until this page is closed.";
  showKey(true);
}

restore();
showOperations();
try {
  const answer = await fetch("graphql/schema.graphql", { credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  schema = readSchema(await answer.text());
  draw();
} catch (error) {
  $("doc").replaceChildren(element("p", { textContent: `The schema could not be read (${error.message}).` }));
}
