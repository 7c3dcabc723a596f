/**
 * Fake traces with the shape that the API serves. An observation is a plain
 * object with the fields of its GraphQL type; trace() sums it all up.
 */
import { seeded } from './random.mjs';

const typeNumbers = {
  SPAN: 0,
  GENERATION: 1,
  RETRIEVAL: 2,
  RERANKING: 3,
  EMBEDDING: 4,
  TOOL_CALL: 5,
  AGENT: 6,
  CHAIN: 7,
  GUARDRAIL: 8,
  EVALUATOR: 9,
  EVENT: 10,
};
const typeNames = {
  SPAN: 'Span',
  GENERATION: 'Generation',
  RETRIEVAL: 'Retrieval',
  RERANKING: 'Reranking',
  EMBEDDING: 'Embedding',
  TOOL_CALL: 'ToolCall',
  AGENT: 'Agent',
  CHAIN: 'Chain',
  GUARDRAIL: 'Guardrail',
  EVALUATOR: 'Evaluator',
  EVENT: 'Event',
};
const statusNumbers = { UNSET: 0, OK: 1, ERROR: 2, RUNNING: 3 };
const metered = new Set(['GENERATION', 'EMBEDDING', 'RERANKING']);

const nodeId = (type, scope, key) =>
  Buffer.from(`v1:${type}:${scope}:${key}`).toString('base64url');
export const id = nodeId;

const noUsage = () => ({
  inputTokens: null,
  outputTokens: null,
  totalTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  audioTokens: null,
  other: null,
});
export function usage(input, output, more = {}) {
  return {
    ...noUsage(),
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output,
    ...more,
  };
}
const decimal = (value) => value.toFixed(9).replace(/0+$/, '').replace(/\.$/, '');
export function cost(input, output) {
  return {
    total: decimal(input + output),
    input: decimal(input),
    output: decimal(output),
    currency: 'USD',
    isEstimated: true,
    isComplete: true,
  };
}
const noCost = (isComplete = true) => ({
  total: null,
  input: null,
  output: null,
  currency: 'USD',
  isEstimated: false,
  isComplete,
});

export function payload(value) {
  if (value === undefined) return null;
  const isText = typeof value === 'string';
  const text = isText ? value : JSON.stringify(value);
  return {
    mimeType: isText ? 'text/plain' : 'application/json',
    bytes: Buffer.byteLength(text),
    preview: ({ maxChars }) => text.replace(/\s+/g, ' ').slice(0, maxChars),
    text,
    json: isText ? null : value,
    isTruncated: false,
  };
}

export const text = (value) => ({ __typename: 'TextPart', text: value });
export const message = (role, ...parts) => ({
  role,
  name: null,
  parts: parts.map((part) => (typeof part === 'string' ? text(part) : part)),
});
const connection = (nodes) => ({
  nodes,
  edges: nodes.map((node, index) => ({ cursor: String(index), node })),
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  totalCount: () => ({ value: nodes.length, isExact: true }),
});

/** Score of a trace or an observation. */
export function score(scope, key, name, value, more = {}) {
  return {
    __typename: 'Score',
    id: nodeId('score', scope, key),
    name,
    value,
    source: 'MODEL',
    comment: null,
    createdAt: more.createdAt,
    target: null,
    targetTraceId: null,
    targetObservationId: null,
    targetSessionId: null,
    ...more,
  };
}

/**
 * A trace under construction. add() takes the type, the parent (what an
 * earlier add() gave back, or null), start and duration in milliseconds, and
 * the fields that differ from the defaults.
 */
export function builder({ project, traceId, startMs, seed }) {
  const random = seeded(seed);
  const rows = [];
  const at = (ms) => new Date(startMs + ms).toISOString();
  function add(type, parent, name, start, duration, fields = {}) {
    const key = random.hex(16);
    const row = {
      type,
      parent,
      start,
      duration,
      skeletonFlags: fields.skeletonFlags ?? 0,
      order: rows.length,
      node: {
        __typename: typeNames[type],
        id: nodeId('observation', project.scope, `${traceId}:${key}`),
        observationId: key,
        type,
        name,
        startedAt: at(start),
        endedAt: duration === null ? null : at(start + duration),
        durationMs: duration,
        status: duration === null ? 'RUNNING' : 'UNSET',
        statusMessage: null,
        level: 'DEFAULT',
        exception: null,
        service: 'assistant-api',
        scope: { name: 'treeline-sdk-python', version: '0.1.0' },
        environment: 'production',
        version: null,
        input: null,
        output: null,
        metadata: null,
        attributes: { 'gen_ai.operation.name': type.toLowerCase(), 'thread.id': 7 },
        resource: { 'service.name': 'assistant-api', 'host.name': 'node-3' },
        links: [],
        events: [],
        warnings: [],
        typeRule: `treeline.observation.type = ${type}`,
        scores: connection([]),
        usage: noUsage(),
        cost: noCost(),
        reportedUsage: null,
        isWrapper: false,
        provider: null,
        requestModel: null,
        responseModel: null,
        parameters: null,
        messages: [],
        completion: [],
        tools: [],
        finishReasons: [],
        timeToFirstTokenMs: null,
        responseId: null,
        promptName: null,
        promptNumber: null,
        promptVersionText: null,
        slots: null,
        query: null,
        source: null,
        topK: null,
        documentCount: 0,
        topRelevance: null,
        meanRelevance: null,
        documents: connection([]),
        model: null,
        inputCount: null,
        dimensions: null,
        toolName: name,
        callId: null,
        arguments: null,
        result: null,
        isError: false,
        policy: null,
        policyId: null,
        phase: null,
        passed: null,
        verdict: 'UNKNOWN',
        action: 'UNKNOWN',
        reason: null,
        score: null,
        categories: [],
        agentName: null,
        agentId: null,
        stepCount: 0,
        subtreeUsage: noUsage(),
        subtreeCost: noCost(),
        scoreName: null,
        scoreValue: null,
        label: null,
        explanation: null,
        ...fields,
      },
    };
    delete row.node.skeletonFlags;
    if (fields.documents) {
      row.node.documents = connection(fields.documents);
      row.node.documentCount = fields.documents.length;
      const relevances = fields.documents
        .map((item) => item.relevance)
        .filter((item) => item !== null);
      if (relevances.length > 0) {
        row.node.topRelevance = Math.max(...relevances);
        row.node.meanRelevance = relevances.reduce((a, b) => a + b, 0) / relevances.length;
      }
    }
    if (fields.scores) row.node.scores = connection(fields.scores);
    rows.push(row);
    return row;
  }
  return {
    add,
    random,
    at,
    finish: (fields = {}) => trace(project, traceId, startMs, rows, fields),
  };
}

function trace(project, traceId, startMs, rows, fields) {
  const children = new Map();
  for (const row of rows) {
    const list = children.get(row.parent) ?? [];
    list.push(row);
    children.set(row.parent, list);
  }
  for (const list of children.values()) list.sort((a, b) => a.start - b.start || a.order - b.order);
  const ordered = [];
  const stack = [...(children.get(null) ?? [])].reverse();
  while (stack.length > 0) {
    const row = stack.pop();
    row.index = ordered.length;
    ordered.push(row);
    for (const child of [...(children.get(row) ?? [])].reverse()) stack.push(child);
  }

  for (const row of [...ordered].reverse()) {
    const below = children.get(row) ?? [];
    row.total = { tokens: null, dollars: null, isComplete: true };
    const own = row.node.usage.totalTokens ?? row.node.reportedUsage?.totalTokens ?? null;
    const dollars = row.node.cost.total === null ? null : Number(row.node.cost.total);
    for (const child of below) {
      if (child.total.tokens !== null)
        row.total.tokens = (row.total.tokens ?? 0) + child.total.tokens;
      if (child.total.dollars !== null)
        row.total.dollars = (row.total.dollars ?? 0) + child.total.dollars;
      row.total.isComplete &&= child.total.isComplete;
    }
    if (metered.has(row.type) || row.total.tokens === null) {
      if (own !== null) row.total.tokens = (row.total.tokens ?? 0) + own;
      if (dollars !== null) row.total.dollars = (row.total.dollars ?? 0) + dollars;
      row.total.isComplete &&= row.node.cost.isComplete;
    }
    row.own = { tokens: own, dollars };
    if (row.type === 'AGENT') {
      row.node.stepCount = below.filter((child) => child.type !== 'EVENT').length;
      row.node.subtreeUsage = { ...noUsage(), totalTokens: row.total.tokens };
      row.node.subtreeCost = {
        ...noCost(row.total.isComplete),
        isEstimated: true,
        total: row.total.dollars === null ? null : decimal(row.total.dollars),
      };
    }
  }

  const names = [];
  const nameAt = new Map();
  for (const row of ordered) {
    if (!nameAt.has(row.node.name)) {
      nameAt.set(row.node.name, names.length);
      names.push(row.node.name);
    }
  }
  const roots = children.get(null) ?? [];
  const root = roots[0];
  const isRunning = ordered.some((row) => row.duration === null);
  const last = Math.max(...ordered.map((row) => row.start + (row.duration ?? 0)));
  const failed = ordered.filter((row) => row.node.status === 'ERROR').length;
  const sum = (key) => {
    const known = ordered.filter((row) => metered.has(row.type)).map((row) => row.node.usage[key]);
    const values = known.filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((a, b) => a + b, 0);
  };
  const tokens = roots.map((row) => row.total.tokens).filter((value) => value !== null);
  const dollars = roots.map((row) => row.total.dollars).filter((value) => value !== null);
  const counts = new Map();
  for (const row of ordered) counts.set(row.type, (counts.get(row.type) ?? 0) + 1);

  const self = {
    __typename: 'Trace',
    id: nodeId('trace', project.scope, traceId),
    traceId,
    project: project.node,
    session: null,
    name: root.node.name,
    userId: null,
    tags: [],
    environment: root.node.environment,
    release: null,
    version: null,
    metadata: null,
    startedAt: new Date(startMs).toISOString(),
    endedAt: isRunning ? null : new Date(startMs + last).toISOString(),
    durationMs: isRunning ? null : last,
    state: isRunning ? 'RUNNING' : root.node.status === 'ERROR' ? 'FAILED' : 'COMPLETE',
    services: [...new Set(ordered.map((row) => row.node.service))].sort(),
    usage: {
      ...noUsage(),
      inputTokens: sum('inputTokens'),
      outputTokens: sum('outputTokens'),
      totalTokens: tokens.length === 0 ? null : tokens.reduce((a, b) => a + b, 0),
      cacheReadTokens: sum('cacheReadTokens'),
      reasoningTokens: sum('reasoningTokens'),
    },
    cost: {
      ...noCost(roots.every((row) => row.total.isComplete)),
      total: dollars.length === 0 ? null : decimal(dollars.reduce((a, b) => a + b, 0)),
      isEstimated: true,
    },
    counts: {
      total: ordered.length,
      failed,
      byType: [...counts].map(([type, count]) => ({ type, count })),
    },
    input: root.node.input,
    output: root.node.output,
    root: root.node,
    tree: [],
    skeleton: {
      ids: ordered.map((row) => row.node.id),
      parent: ordered.map((row) => (row.parent ? row.parent.index : -1)),
      type: ordered.map((row) => typeNumbers[row.type]),
      name: ordered.map((row) => nameAt.get(row.node.name)),
      names,
      status: ordered.map((row) => statusNumbers[row.node.status]),
      startUs: ordered.map((row) => Math.round(row.start * 1000)),
      durationUs: ordered.map((row) =>
        row.duration === null ? null : Math.round(row.duration * 1000),
      ),
      tokens: ordered.map((row) => row.own.tokens),
      costNanos: ordered.map((row) =>
        row.own.dollars === null ? null : Math.round(row.own.dollars * 1e9),
      ),
      flags: ordered.map(
        (row) =>
          row.skeletonFlags +
          (row.node.status === 'ERROR' ? 2 : 0) +
          (row.duration === null ? 4 : 0) +
          (row === root ? 16 : 0),
      ),
    },
    scores: connection([]),
    nodes: ordered.map((row) => row.node),
    ...fields,
  };
  if (fields.sessionId) {
    self.session = {
      __typename: 'Session',
      id: nodeId('session', project.scope, fields.sessionId),
      sessionId: fields.sessionId,
    };
  }
  if (fields.scoreList) self.scores = connection(fields.scoreList);
  return self;
}
