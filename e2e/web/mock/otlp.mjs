/** The fake traces as OTLP/JSON, for a real server: the same data behind the same pages. */

const statusCodes = { UNSET: 0, OK: 1, ERROR: 2, RUNNING: 0 };

function value(input) {
  if (typeof input === 'string') return { stringValue: input };
  if (typeof input === 'boolean') return { boolValue: input };
  if (typeof input === 'number') {
    return Number.isInteger(input) ? { intValue: String(input) } : { doubleValue: input };
  }
  if (Array.isArray(input)) return { arrayValue: { values: input.map(value) } };
  return { stringValue: JSON.stringify(input) };
}

function attributes(entries) {
  return Object.entries(entries)
    .filter(
      ([, item]) =>
        item !== null && item !== undefined && !(Array.isArray(item) && item.length === 0),
    )
    .map(([key, item]) => ({ key, value: value(item) }));
}

const nanos = (iso, ms = 0) => String(BigInt(Math.round((Date.parse(iso) + ms) * 1000)) * 1000n);

function part(item) {
  switch (item.__typename) {
    case 'ToolCallPart':
      return { type: 'tool_call', id: item.callId, name: item.name, arguments: item.arguments };
    case 'ToolResultPart':
      return { type: 'tool_call_response', id: item.callId, response: item.result };
    case 'ReasoningPart':
      return { type: 'reasoning', content: item.text };
    case 'MediaPart':
      return {
        type: 'uri',
        mime_type: item.mimeType,
        uri: item.url ?? 'https://images.example/sleeve.jpg',
      };
    default:
      return { type: 'text', text: item.text ?? JSON.stringify(item.json ?? '') };
  }
}

function messages(list) {
  if (list.length === 0) return null;
  return JSON.stringify(
    list.map((item) => ({ role: item.role.toLowerCase(), parts: item.parts.map(part) })),
  );
}

const documents = (list) =>
  JSON.stringify(
    list.map((item) => ({
      id: item.documentId,
      content: item.content,
      score: item.relevance,
      metadata: item.metadata,
    })),
  );

function body(node) {
  const usage = {
    'treeline.usage.input_tokens': node.usage.inputTokens,
    'treeline.usage.output_tokens': node.usage.outputTokens,
    'treeline.usage.cache_read_tokens': node.usage.cacheReadTokens,
    'treeline.usage.reasoning_tokens': node.usage.reasoningTokens,
  };
  const price =
    node.cost.total === null
      ? {}
      : {
          'treeline.cost.input': Number(node.cost.input),
          'treeline.cost.output': Number(node.cost.output),
        };
  switch (node.type) {
    case 'GENERATION':
      return {
        ...usage,
        ...price,
        'treeline.generation.provider': node.provider,
        'treeline.generation.request_model': node.requestModel,
        'treeline.generation.response_model': node.responseModel,
        'treeline.generation.response_id': node.responseId,
        'treeline.generation.finish_reasons': node.finishReasons,
        'treeline.generation.ttft_ms': node.timeToFirstTokenMs,
        'treeline.generation.tools': node.tools.length > 0 ? JSON.stringify(node.tools) : null,
        'treeline.prompt.name': node.promptName,
        'treeline.prompt.version': node.promptNumber,
        'treeline.prompt.slots': node.slots,
        'treeline.observation.model_parameters': node.parameters && {
          temperature: node.parameters.temperature,
          top_p: node.parameters.topP,
          max_tokens: node.parameters.maxTokens,
          seed: node.parameters.seed,
          stop_sequences: node.parameters.stop,
          ...node.parameters.other,
        },
        'treeline.observation.input_messages': messages(node.messages),
        'treeline.observation.output_messages': messages(node.completion),
      };
    case 'RETRIEVAL':
      return {
        'treeline.retrieval.query': node.query,
        'treeline.retrieval.source': node.source,
        'treeline.retrieval.top_k': node.topK,
        'treeline.retrieval.documents': documents(node.documents.nodes),
      };
    case 'RERANKING':
      return {
        ...price,
        'treeline.generation.model': node.model,
        'treeline.generation.provider': node.provider,
        'treeline.reranking.query': node.query,
        'treeline.reranking.top_k': node.topK,
        'treeline.reranking.input_count': node.inputCount,
        'treeline.reranking.documents': documents(node.documents.nodes),
      };
    case 'EMBEDDING':
      return {
        ...usage,
        ...price,
        'treeline.generation.model': node.model,
        'treeline.generation.provider': node.provider,
        'treeline.embedding.input_count': node.inputCount,
        'treeline.embedding.dimensions': node.dimensions,
        'treeline.observation.model_parameters': node.parameters?.other,
      };
    case 'TOOL_CALL':
      return {
        'treeline.tool.name': node.toolName,
        'treeline.tool.call_id': node.callId,
        'treeline.tool.arguments': node.arguments,
        'treeline.tool.result': node.result,
        'treeline.tool.is_error': node.isError,
      };
    case 'GUARDRAIL':
      return {
        'treeline.guardrail.name': node.policy,
        'treeline.guardrail.policy_id': node.policyId,
        'treeline.guardrail.phase': node.phase?.toLowerCase(),
        'treeline.guardrail.passed': node.passed,
        'treeline.guardrail.verdict': node.verdict,
        'treeline.guardrail.action': node.action,
        'treeline.guardrail.reason': node.reason,
        'treeline.guardrail.score': node.score,
        'treeline.guardrail.categories': node.categories,
      };
    case 'AGENT':
      return { 'treeline.agent.name': node.agentName, 'treeline.agent.id': node.agentId };
    case 'EVALUATOR':
      return {
        'treeline.evaluator.score_name': node.scoreName,
        'treeline.evaluator.score_value': node.scoreValue,
        'treeline.evaluator.label': node.label,
        'treeline.evaluator.explanation': node.explanation,
      };
    default:
      return {};
  }
}

/** The spans of a trace as export requests of at most 500 spans each. */
export function exportRequests(trace) {
  const traceId = /^[0-9a-f]{32}$/.test(trace.traceId) ? trace.traceId : 'bad0'.repeat(8);
  const requests = [];
  for (let start = 0; start < trace.nodes.length; start += 500) {
    const byService = new Map();
    trace.nodes.slice(start, start + 500).forEach((node, offset) => {
      const row = start + offset;
      const parent = trace.skeleton.parent[row];
      const isRunning = node.durationMs === null;
      const events = node.events.map((event) => ({
        name: event.name,
        timeUnixNano: nanos(event.time),
        attributes: attributes(event.attributes ?? {}),
      }));
      if (node.exception) {
        events.push({
          name: 'exception',
          timeUnixNano: nanos(node.endedAt),
          attributes: attributes({
            'exception.type': node.exception.type,
            'exception.message': node.exception.message,
            'exception.stacktrace': node.exception.stacktrace,
          }),
        });
      }
      const span = {
        traceId,
        spanId: node.observationId,
        ...(parent >= 0 ? { parentSpanId: trace.nodes[parent].observationId } : {}),
        name: node.name,
        kind: 1,
        startTimeUnixNano: nanos(node.startedAt),
        endTimeUnixNano: isRunning ? '0' : nanos(node.endedAt),
        status: { code: statusCodes[node.status], message: node.statusMessage ?? '' },
        events,
        links: node.links.map((link) => ({
          traceId: link.traceId,
          spanId: link.spanId,
          attributes: attributes(link.attributes ?? {}),
        })),
        attributes: attributes({
          'treeline.observation.type': node.type,
          'treeline.observation.level': node.level === 'DEFAULT' ? null : node.level,
          'treeline.observation.running': isRunning || null,
          'treeline.observation.input': node.input?.text,
          'treeline.observation.output': node.output?.text,
          'treeline.observation.metadata': node.metadata,
          ...body(node),
          ...(parent < 0
            ? {
                'treeline.trace.user_id': trace.userId,
                'treeline.trace.session_id': trace.session?.sessionId,
                'treeline.trace.tags': trace.tags,
                'treeline.release': trace.release,
                'treeline.version': trace.version,
              }
            : {}),
        }),
      };
      const spans = byService.get(node.service) ?? [];
      spans.push(span);
      byService.set(node.service, spans);
    });
    requests.push({
      resourceSpans: [...byService].map(([service, spans]) => ({
        resource: {
          attributes: attributes({
            'service.name': service,
            'deployment.environment.name': 'production',
          }),
        },
        scopeSpans: [{ scope: { name: 'treeline-web-e2e', version: '1' }, spans }],
      })),
    });
  }
  return requests;
}
