// Reads the text of a GraphQL schema into types by name. It reads what the
// server itself publishes: valid definitions, without extensions.

const TOKEN = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|\.\.\.|[A-Za-z_]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[!$&()\[\]{}:=@|]/g;

/** Splits GraphQL text into tokens; comments are left out. */
export function tokens(text) {
  return (text.match(TOKEN) ?? []).filter((token) => !token.startsWith("#"));
}

function unquote(token) {
  if (!token.startsWith('"""')) return JSON.parse(token);
  return token.slice(3, -3).replaceAll('\\"""', '"""').split("\n").map((line) => line.trim()).join("\n").trim();
}

/** Returns a map from names to {kind, name, description, fields, values, types, interfaces}. */
export function readSchema(text) {
  const all = tokens(text);
  let at = 0;
  const peek = () => all[at];
  const next = () => all[at++];
  const take = (token) => (peek() === token ? (at++, true) : false);

  const description = () => (peek()?.startsWith('"') ? unquote(next()) : "");

  // Skips a value and returns its text.
  function value() {
    const start = at;
    let depth = 0;
    do {
      const token = next();
      if ("[{".includes(token)) depth++;
      if ("]}".includes(token)) depth--;
    } while (depth > 0 && at < all.length);
    return all.slice(start, at).join(" ");
  }

  function directives() {
    const found = {};
    while (take("@")) {
      const name = next();
      found[name] = {};
      if (take("(")) {
        while (!take(")") && at < all.length) {
          const argument = next();
          take(":");
          found[name][argument] = value();
        }
      }
    }
    return found;
  }

  function type() {
    let text = "";
    if (take("[")) {
      text = `[${type()}]`;
      take("]");
    } else {
      text = next();
    }
    return take("!") ? `${text}!` : text;
  }

  function inputs(close) {
    const list = [];
    while (!take(close) && at < all.length) {
      const input = { description: description(), name: next() };
      take(":");
      input.type = type();
      if (take("=")) input.default = value();
      directives();
      list.push(input);
    }
    return list;
  }

  function fields() {
    const list = [];
    if (!take("{")) return list;
    while (!take("}") && at < all.length) {
      const field = { description: description(), name: next(), args: [] };
      if (take("(")) field.args = inputs(")");
      take(":");
      field.type = type();
      field.deprecated = "deprecated" in directives();
      list.push(field);
    }
    return list;
  }

  const types = new Map();
  const roots = { query: "Query", mutation: "Mutation", subscription: "Subscription" };
  while (at < all.length) {
    const about = description();
    const kind = next();
    if (kind === "schema") {
      directives();
      take("{");
      while (!take("}") && at < all.length) {
        const operation = next();
        take(":");
        roots[operation] = next();
      }
      continue;
    }
    if (kind === "directive") {
      take("@");
      next();
      if (take("(")) inputs(")");
      take("repeatable");
      take("on");
      do take("|"); while (/^[A-Z_]+$/.test(peek() ?? "") && next() && peek() === "|");
      continue;
    }
    if (!["scalar", "type", "interface", "union", "enum", "input"].includes(kind)) continue;
    const def = { kind, name: next(), description: about, fields: [], values: [], types: [], interfaces: [] };
    if (take("implements")) {
      do {
        take("&");
        def.interfaces.push(next());
      } while (peek() === "&");
    }
    def.isOneOf = "oneOf" in directives();
    if (kind === "type" || kind === "interface") def.fields = fields();
    if (kind === "input" && take("{")) def.fields = inputs("}");
    if (kind === "enum" && take("{")) {
      while (!take("}") && at < all.length) {
        def.values.push({ description: description(), name: next() });
        directives();
      }
    }
    if (kind === "union" && take("=")) {
      do {
        take("|");
        def.types.push(next());
      } while (peek() === "|");
    }
    types.set(def.name, def);
  }
  for (const def of types.values()) {
    for (const name of def.interfaces) types.get(name)?.types.push(def.name);
  }
  return { types, roots };
}

/** The name of the type inside lists and non-null. */
export const named = (type) => type.replace(/[[\]!]/g, "");

/**
 * What may be written at a place of a query: the type that fields are selected
 * on there, or the field whose arguments are written.
 */
export function placeIn(schema, text) {
  const all = tokens(text);
  const stack = [];
  let type;
  let field;
  let pending; // the type of the next selection set
  for (let i = 0; i < all.length; i++) {
    const token = all[i];
    const top = stack.at(-1);
    if (token === "(") {
      stack.push({ paren: true, type, field });
    } else if (token === ")") {
      if (top?.paren) stack.pop();
    } else if (token === "{") {
      if (top?.paren || top?.value) {
        stack.push({ value: true, type, field });
      } else {
        if (stack.length === 0) pending ??= schema.types.get(schema.roots.query);
        stack.push({ type, field });
        type = pending;
        field = undefined;
        pending = undefined;
      }
    } else if (token === "}") {
      const left = stack.pop();
      if (left && !left.value) {
        ({ type, field } = left);
        pending = undefined;
      }
    } else if (top?.paren || top?.value) {
      continue;
    } else if (stack.length === 0) {
      if (token in schema.roots) pending = schema.types.get(schema.roots[token]);
      if (token === "on") pending = schema.types.get(all[i + 1]);
    } else if (token === "...") {
      pending = type;
      if (all[i + 1] === "on") {
        pending = schema.types.get(all[i + 2]) ?? type;
        i += 2;
      } else if (/^\w/.test(all[i + 1] ?? "")) {
        i++;
      }
    } else if (/^[A-Za-z_]/.test(token) && all[i + 1] !== ":" && all[i - 1] !== "@") {
      field = type?.fields.find((candidate) => candidate.name === token);
      pending = field && schema.types.get(named(field.type));
    }
  }
  const top = stack.at(-1);
  return { type: top ? type : undefined, args: top?.paren ? field : undefined, isValue: Boolean(top?.value), depth: stack.length };
}
