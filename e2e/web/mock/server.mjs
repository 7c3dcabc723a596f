/**
 * A GraphQL server with fake data behind the real schema, for work on the web
 * app without a database: npm run dev:mock, then npm run dev beside it. Sign
 * in with demo@treeline.dev and treeline-demo. Flags: --port 8080.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql';
import { crowd, hostileTrace, hugeTrace, runningTrace, supportTrace } from './samples.mjs';
import { id } from './traces.mjs';

const { values: flags } = parseArgs({ options: { port: { type: 'string', default: '8080' } } });
const account = { email: 'demo@treeline.dev', password: 'treeline-demo' };
const graphDir = new URL('../../../graph/', import.meta.url);
const schema = buildSchema(
  readdirSync(graphDir)
    .filter((name) => name.endsWith('.graphqls'))
    .map((name) => readFileSync(new URL(name, graphDir), 'utf8'))
    .join('\n'),
);

function project(scope, name, slug) {
  const self = { scope };
  self.node = {
    __typename: 'Project',
    id: id('project', '', scope),
    name,
    slug,
    retentionDays: 90,
    createdAt: '2026-01-01T00:00:00.000000000Z',
    traces: (args) => list(self, args),
    trace: ({ traceId }) => self.all.find((item) => item.traceId === traceId) ?? null,
  };
  self.all = [];
  return self;
}

const support = project('00000000000000a1', 'Support assistant', 'support');
const search = project('00000000000000a2', 'Search quality', 'search');
const empty = project('00000000000000b1', 'Playground', 'playground');
const now = Date.now();
support.all = [
  runningTrace(support, now),
  supportTrace(support, now),
  hostileTrace(support, now),
  hugeTrace(support, now),
  ...crowd(support, now, 700, 1000),
];
search.all = crowd(search, now, 60, 9000);
const projects = [support, search, empty];

const organization = (scope, name, slug, members) => ({
  __typename: 'Organization',
  id: id('organization', '', scope),
  name,
  slug,
  createdAt: '2026-01-01T00:00:00.000000000Z',
  projects: () => page(members.map((item) => item.node)),
});
const organizations = [
  organization('000000000000000a', 'Northwind Outfitters', 'northwind', [support, search]),
  organization('000000000000000b', 'Contoso', 'contoso', [empty]),
];
const viewer = {
  user: { __typename: 'User', id: id('user', '', '1'), email: account.email, name: 'Mira Demo' },
  apiKey: null,
  organizations: () => page(organizations),
};

function page(nodes, more = {}) {
  return {
    nodes,
    edges: nodes.map((node, index) => ({ cursor: String(index), node })),
    pageInfo: {
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
      ...more,
    },
    totalCount: ({ limit }) => ({
      value: Math.min(limit, nodes.length),
      isExact: nodes.length <= limit,
    }),
  };
}

function matches(trace, filter = {}) {
  const time = Date.parse(trace.startedAt);
  return (
    (!filter.startedAt ||
      (time >= Date.parse(filter.startedAt.from) &&
        (!filter.startedAt.to || time < Date.parse(filter.startedAt.to)))) &&
    (!filter.state || filter.state.includes(trace.state)) &&
    (!filter.name?.contains || trace.name.includes(filter.name.contains)) &&
    (!filter.environment?.eq || trace.environment === filter.environment.eq) &&
    (!filter.sessionId?.eq || trace.session?.sessionId === filter.sessionId.eq) &&
    (!filter.userId?.eq || trace.userId === filter.userId.eq) &&
    (!filter.tags || filter.tags.every((tag) => trace.tags.includes(tag))) &&
    (!filter.text || hasWords(trace, filter.text))
  );
}

function hasWords(trace, words) {
  const content = `${trace.input?.text ?? ''} ${trace.output?.text ?? ''}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => new RegExp(`(^|\\W)${word.replace(/[^\w]/g, '.')}(\\W|$)`).test(content));
}

const orderValues = {
  STARTED_AT: (trace) => Date.parse(trace.startedAt),
  DURATION: (trace) => trace.durationMs ?? 0,
  TOTAL_TOKENS: (trace) => trace.usage.totalTokens ?? 0,
  COST: (trace) => Number(trace.cost.total ?? 0),
};

function list(owner, { first = 50, after, filter, orderBy }) {
  if (first > 200)
    throw new GraphQLError('first: at most 200', { extensions: { code: 'BAD_INPUT' } });
  const kind = createHash('sha1')
    .update(JSON.stringify([filter, orderBy]))
    .digest('hex')
    .slice(0, 8);
  const value = orderValues[orderBy?.field ?? 'STARTED_AT'];
  const sign = orderBy?.direction === 'ASC' ? 1 : -1;
  const found = owner.all
    .filter((trace) => matches(trace, filter))
    .sort((a, b) => sign * (value(a) - value(b)));
  let from = 0;
  if (after) {
    const [cursorKind, index] = Buffer.from(after, 'base64url').toString().split(':');
    if (cursorKind !== kind) {
      throw new GraphQLError('after: this cursor belongs to another list', {
        extensions: { code: 'BAD_INPUT' },
      });
    }
    from = Number(index);
  }
  const nodes = found.slice(from, from + first);
  const end = from + nodes.length;
  return {
    ...page(nodes, {
      hasNextPage: end < found.length,
      endCursor: nodes.length > 0 ? Buffer.from(`${kind}:${end}`).toString('base64url') : null,
    }),
    totalCount: ({ limit }) => ({
      value: Math.min(limit, found.length),
      isExact: found.length <= limit,
    }),
  };
}

const nodes = new Map();
for (const { all } of projects) {
  for (const trace of all) {
    nodes.set(trace.id, trace);
    for (const node of trace.nodes) nodes.set(node.id, node);
  }
}

/** The texts that the built app sends the ids of. */
function documents() {
  const manifest = new URL('../../../frontend/dist/persisted-documents.json', import.meta.url);
  return JSON.parse(readFileSync(manifest, 'utf8'));
}

const sessions = new Set();
function rootFor(request, response) {
  const cookie = /(?:^|; )treeline_session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];
  const signedIn = cookie !== undefined && sessions.has(cookie);
  const need = (value) => {
    if (!signedIn)
      throw new GraphQLError('sign in first', {
        extensions: { code: 'UNAUTHENTICATED', requestId: 'mock' },
      });
    return value();
  };
  return {
    viewer: () => need(() => viewer),
    node: ({ id: wanted }) => need(() => nodes.get(wanted) ?? null),
    project: ({ id: wanted }) =>
      need(() => projects.find((item) => item.node.id === wanted)?.node ?? null),
    signIn: ({ input }) => {
      if (input.email.toLowerCase() !== account.email || input.password !== account.password) {
        return {
          viewer: null,
          userErrors: [
            {
              code: 'INVALID',
              message: 'The e-mail address or the password is wrong. Check both and try again.',
              path: null,
              retryAfterMs: null,
            },
          ],
        };
      }
      const session = createHash('sha256').update(`${Math.random()}${Date.now()}`).digest('hex');
      sessions.add(session);
      response.setHeader(
        'Set-Cookie',
        `treeline_session=${session}; HttpOnly; SameSite=Lax; Path=/`,
      );
      return { viewer, userErrors: [] };
    },
    signOut: () => {
      sessions.delete(cookie);
      response.setHeader(
        'Set-Cookie',
        'treeline_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0',
      );
      return { userErrors: [] };
    },
  };
}

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://mock').pathname;
  if (path === '/healthz') return response.end('ok\n');
  const answer = (status, value) => {
    response.writeHead(status, {
      'Content-Type': 'application/graphql-response+json; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(JSON.stringify(value));
  };
  const fail = (status, message, code) =>
    answer(status, { errors: [{ message, extensions: { code } }] });
  if (path !== '/graphql' || request.method !== 'POST') return fail(404, 'not found', 'NOT_FOUND');
  if (!/^application\/(graphql-response\+)?json/.test(request.headers['content-type'] ?? ''))
    return fail(415, 'send JSON', 'BAD_INPUT');
  if (request.headers['x-treeline-request'] !== '1')
    return fail(403, 'cookie requests need the header X-Treeline-Request', 'FORBIDDEN');
  let body = '';
  for await (const chunk of request) body += chunk;
  try {
    const { query, documentId, variables, operationName } = JSON.parse(body);
    const text = query ?? documents()[documentId];
    if (text === undefined) return fail(400, 'no document has this id', 'BAD_INPUT');
    const document = parse(text);
    const errors = validate(schema, document);
    if (errors.length > 0) return answer(400, { errors });
    const result = await execute({
      schema,
      document,
      rootValue: rootFor(request, response),
      variableValues: variables,
      operationName,
    });
    answer(200, result);
  } catch (error) {
    fail(400, String(error?.message ?? error), 'BAD_INPUT');
  }
});

server.listen(Number(flags.port), '127.0.0.1', () => {
  console.log(
    `mock API on http://127.0.0.1:${flags.port}, sign in as ${account.email} / ${account.password}`,
  );
});
