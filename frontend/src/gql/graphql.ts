/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Conditions on an agent, ANDed. */
export type AgentFilter = {
  /** The agent. */
  agentName?: StringFilter | null | undefined;
  /** How many direct children it has, events left out. */
  stepCount?: IntFilter | null | undefined;
};

/** A condition on one span attribute. */
export type AttributeFilter = {
  /** The attribute, as the client wrote it. */
  key: string;
  /** The condition. */
  value: AttributeValueFilter;
};

/** A condition on an attribute's value; an attribute of another kind counts as missing. */
export type AttributeValueFilter =
  {   /** It is this truth value. */
  boolean: boolean; exists?: never; number?: never; string?: never; }
  |  { boolean?: never;   /** Whether it is there at all. */
  exists: boolean; number?: never; string?: never; }
  |  { boolean?: never; exists?: never;   /** It is a number that fits. */
  number: FloatFilter; string?: never; }
  |  { boolean?: never; exists?: never; number?: never;   /** It is a text that fits. */
  string: StringFilter; };

/** Which end of an order comes first. */
export type Direction =
  /** Smallest, earliest. */
  | 'ASC'
  /** Largest, latest. */
  | 'DESC';

/** Conditions on an evaluator, ANDed. */
export type EvaluatorFilter = {
  /** What is judged. */
  scoreName?: StringFilter | null | undefined;
  /** The judgement as a number. */
  scoreValue?: FloatFilter | null | undefined;
};

/** Conditions on a number, ANDed. A missing value fails every one but isNull. */
export type FloatFilter = {
  /** Equals. */
  eq?: number | null | undefined;
  /** Is greater than. */
  gt?: number | null | undefined;
  /** Is at least. */
  gte?: number | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Is less than. */
  lt?: number | null | undefined;
  /** Is at most. */
  lte?: number | null | undefined;
};

/** Conditions on a generation, ANDed. */
export type GenerationFilter = {
  /** Cost in US dollars. */
  cost?: FloatFilter | null | undefined;
  /** Any of the finish reasons. */
  finishReason?: StringFilter | null | undefined;
  /** Input tokens. */
  inputTokens?: IntFilter | null | undefined;
  /** The response model, else the request model. */
  model?: StringFilter | null | undefined;
  /** Output tokens. */
  outputTokens?: IntFilter | null | undefined;
  /** The prompt's name. */
  promptName?: StringFilter | null | undefined;
  /** The number of the prompt's version. */
  promptNumber?: IntFilter | null | undefined;
  /** The provider. */
  provider?: StringFilter | null | undefined;
  /** Time to the first token in milliseconds. */
  timeToFirstTokenMs?: FloatFilter | null | undefined;
  /** Total tokens. */
  totalTokens?: IntFilter | null | undefined;
};

/** What was done after a guard spoke. */
export type GuardrailAction =
  /** It went through. */
  | 'ALLOW'
  /** It was stopped. */
  | 'BLOCK'
  /** It went to a person. */
  | 'ESCALATE'
  /** It was changed. */
  | 'REWRITE'
  /** Not known. */
  | 'UNKNOWN';

/** Conditions on a guardrail, ANDed. */
export type GuardrailFilter = {
  /** The action is one of these. */
  action?: Array<GuardrailAction> | null | undefined;
  /** The plain answer. */
  passed?: boolean | null | undefined;
  /** The policy. */
  policy?: StringFilter | null | undefined;
  /** The verdict is one of these. */
  verdict?: Array<GuardrailVerdict> | null | undefined;
};

/** What a guard looked at. */
export type GuardrailPhase =
  /** What goes into the model. */
  | 'INPUT'
  /** What comes out of it. */
  | 'OUTPUT'
  /** A tool call. */
  | 'TOOL';

/** What a guard said. */
export type GuardrailVerdict =
  /** It is fine. */
  | 'ALLOW'
  /** It is not. */
  | 'DENY'
  /** A person must decide. */
  | 'ESCALATE'
  /** It must be changed. */
  | 'MODIFY'
  /** Not known. */
  | 'UNKNOWN'
  /** It is doubtful. */
  | 'WARN';

/** Conditions on a whole number, ANDed. A missing value fails every one but isNull. */
export type IntFilter = {
  /** Equals. */
  eq?: number | null | undefined;
  /** Is greater than. */
  gt?: number | null | undefined;
  /** Is at least. */
  gte?: number | null | undefined;
  /** Is one of these, at most 500. */
  in?: Array<number> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Is less than. */
  lt?: number | null | undefined;
  /** Is at most. */
  lte?: number | null | undefined;
};

/** How severe a step is. */
export type Level =
  /** For developers. */
  | 'DEBUG'
  /** Nothing special. */
  | 'DEFAULT'
  /** Something failed. */
  | 'ERROR'
  /** Worth a look. */
  | 'WARNING';

/** Who speaks in a message. */
export type MessageRole =
  /** The model. */
  | 'ASSISTANT'
  /** The developer's instructions. */
  | 'DEVELOPER'
  /** The instructions. */
  | 'SYSTEM'
  /** A tool that answers. */
  | 'TOOL'
  /** Content that could not be read as a message. */
  | 'UNKNOWN'
  /** The user. */
  | 'USER';

/** Selects observations. Fields are ANDed; a block for a type, even an empty one, also fixes the type. At most 6 levels and 64 conditions. */
export type ObservationFilter = {
  /** It is an agent that fits. */
  agent?: AgentFilter | null | undefined;
  /** All of these hold. */
  and?: Array<ObservationFilter> | null | undefined;
  /** All of these hold for the span's attributes. */
  attributes?: Array<AttributeFilter> | null | undefined;
  /** The duration in milliseconds. */
  durationMs?: FloatFilter | null | undefined;
  /** The environment. */
  environment?: StringFilter | null | undefined;
  /** It is an evaluator that fits. */
  evaluator?: EvaluatorFilter | null | undefined;
  /** It is a generation that fits. */
  generation?: GenerationFilter | null | undefined;
  /** It is a guardrail that fits. */
  guardrail?: GuardrailFilter | null | undefined;
  /** Whether it is the root of its trace. */
  isRoot?: boolean | null | undefined;
  /** The level is one of these. */
  level?: Array<Level> | null | undefined;
  /** The name. */
  name?: StringFilter | null | undefined;
  /** This does not hold. */
  not?: ObservationFilter | null | undefined;
  /** At least one of these holds. */
  or?: Array<ObservationFilter> | null | undefined;
  /** It is a retrieval that fits. */
  retrieval?: RetrievalFilter | null | undefined;
  /** A score of the observation. */
  score?: ScoreFilter | null | undefined;
  /** The service. */
  service?: StringFilter | null | undefined;
  /** When it started. */
  startedAt?: TimeRange | null | undefined;
  /** The status is one of these. */
  status?: Array<Status> | null | undefined;
  /** All these words occur in input and output: whole words, upper and lower case alike, no stemming. */
  text?: string | null | undefined;
  /** It is a tool call that fits. */
  toolCall?: ToolCallFilter | null | undefined;
  /** The trace that it belongs to. */
  trace?: TraceFilter | null | undefined;
  /** The type is one of these. */
  types?: Array<ObservationType> | null | undefined;
  /** The version. */
  version?: StringFilter | null | undefined;
};

/** What kind of step an observation is. */
export type ObservationType =
  /** A loop of reasoning and acting. */
  | 'AGENT'
  /** A fixed sequence of steps. */
  | 'CHAIN'
  /** A turning of texts into vectors. */
  | 'EMBEDDING'
  /** A judgement. */
  | 'EVALUATOR'
  /** A moment. */
  | 'EVENT'
  /** A call to a language model. */
  | 'GENERATION'
  /** A check. */
  | 'GUARDRAIL'
  /** A reordering of documents. */
  | 'RERANKING'
  /** A search for documents. */
  | 'RETRIEVAL'
  /** Any other step. */
  | 'SPAN'
  /** An execution of a tool. */
  | 'TOOL_CALL';

/** Conditions on a retrieval, ANDed. */
export type RetrievalFilter = {
  /** How many documents were found. */
  documentCount?: IntFilter | null | undefined;
  /** What was searched for. */
  query?: StringFilter | null | undefined;
  /** The data source. */
  source?: StringFilter | null | undefined;
  /** The highest relevance. */
  topRelevance?: FloatFilter | null | undefined;
};

/** Asks for a score for which all given fields hold. */
export type ScoreFilter = {
  /** Turns the condition round: there is no such score. */
  absent?: boolean | null | undefined;
  /** It has a label that fits. */
  label?: StringFilter | null | undefined;
  /** The score's name. */
  name: string;
  /** It is a number that fits. */
  number?: FloatFilter | null | undefined;
  /** It is pass or fail. */
  passed?: boolean | null | undefined;
  /** Who or what judged. */
  source?: Array<ScoreSource> | null | undefined;
};

/** Who or what judged. */
export type ScoreSource =
  /** A program. */
  | 'CODE'
  /** A user of the application. */
  | 'END_USER'
  /** A built-in measure. */
  | 'HEURISTIC'
  /** A person of the team. */
  | 'HUMAN'
  /** A model. */
  | 'MODEL';

/** E-mail and password. */
export type SignInInput = {
  /** The address, in any case. */
  email: string;
  /** The password. */
  password: string;
};

/** How a step ended. */
export type Status =
  /** The client said that it failed. */
  | 'ERROR'
  /** The client said that it went well. */
  | 'OK'
  /** It has not ended. */
  | 'RUNNING'
  /** The client said nothing. */
  | 'UNSET';

/** Conditions on a text, ANDed. A missing value fails every one but isNull. */
export type StringFilter = {
  /** Contains this text; upper and lower case differ. */
  contains?: string | null | undefined;
  /** Is this text. */
  eq?: string | null | undefined;
  /** Is one of these, at most 500. */
  in?: Array<string> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Contains a match of this regular expression: literals, ., classes in brackets, groups, |, ^, $, *, +, ?, {m,n}. Others are BAD_INPUT. */
  matches?: string | null | undefined;
  /** Is none of these, at most 500. */
  notIn?: Array<string> | null | undefined;
  /** Starts with this text; upper and lower case differ. */
  startsWith?: string | null | undefined;
};

/** A span of time: from is in it, to is not; without to it has no end. */
export type TimeRange = {
  /** The first moment. */
  from: string;
  /** The first moment after it. */
  to?: string | null | undefined;
};

/** Conditions on a tool call, ANDed. */
export type ToolCallFilter = {
  /** Whether it failed. */
  isError?: boolean | null | undefined;
  /** The tool. */
  toolName?: StringFilter | null | undefined;
};

/** Selects traces. Fields are ANDed. At most 6 levels and 64 conditions. */
export type TraceFilter = {
  /** All of these hold. */
  and?: Array<TraceFilter> | null | undefined;
  /** Cost of the whole trace in US dollars. */
  cost?: FloatFilter | null | undefined;
  /** The duration in milliseconds. */
  durationMs?: FloatFilter | null | undefined;
  /** The environment. */
  environment?: StringFilter | null | undefined;
  /** The name. */
  name?: StringFilter | null | undefined;
  /** No observation fits. */
  none?: ObservationFilter | null | undefined;
  /** This does not hold. */
  not?: TraceFilter | null | undefined;
  /** At least one of these holds. */
  or?: Array<TraceFilter> | null | undefined;
  /** The release. */
  release?: StringFilter | null | undefined;
  /** A score of the trace itself. */
  score?: ScoreFilter | null | undefined;
  /** The session. */
  sessionId?: StringFilter | null | undefined;
  /** At least one observation fits. */
  some?: ObservationFilter | null | undefined;
  /** When it started. */
  startedAt?: TimeRange | null | undefined;
  /** The state is one of these. */
  state?: Array<TraceState> | null | undefined;
  /** It has all of these tags. */
  tags?: Array<string> | null | undefined;
  /** One observation has all these words in input and output. */
  text?: string | null | undefined;
  /** Tokens of the whole trace. */
  totalTokens?: IntFilter | null | undefined;
  /** The end user. */
  userId?: StringFilter | null | undefined;
  /** The version. */
  version?: StringFilter | null | undefined;
};

/** How to sort traces; ties go by start, then by id. */
export type TraceOrder = {
  /** Which end comes first. */
  direction: Direction;
  /** What to sort by. */
  field: TraceOrderField;
};

/** What to sort traces by. */
export type TraceOrderField =
  /** Cost of the whole trace; unknown sorts as zero. */
  | 'COST'
  /** Duration. */
  | 'DURATION'
  /** Start. */
  | 'STARTED_AT'
  /** Tokens of the whole trace; unknown sorts as zero. */
  | 'TOTAL_TOKENS';

/** How far a trace has come. */
export type TraceState =
  /** It ended well. */
  | 'COMPLETE'
  /** The root failed; without a root, any observation. */
  | 'FAILED'
  /** An observation runs, or the root is still to come. */
  | 'RUNNING';

export type UserErrorCode =
  /** Someone else changed it first. */
  | 'CONFLICT'
  /** There is nothing to ground an answer in. */
  | 'EVIDENCE_EMPTY'
  /** The server failed; its log says why. */
  | 'INTERNAL'
  /** A value of the input is not acceptable. */
  | 'INVALID'
  /** Something must be set up first. */
  | 'NOT_CONFIGURED'
  /** What the input names does not exist or may not be seen. */
  | 'NOT_FOUND'
  /** A service outside Treeline failed. */
  | 'PROVIDER_FAILED'
  /** A limit is reached. */
  | 'QUOTA_EXCEEDED';

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { __typename: 'SignInPayload', viewer: { __typename: 'Viewer', user: { __typename: 'User', id: string, email: string } | null } | null, userErrors: Array<{ __typename: 'UserError', code: UserErrorCode, message: string, path: Array<string> | null, retryAfterMs: number | null }> } };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { __typename: 'SignOutPayload', userErrors: Array<{ __typename: 'UserError', message: string }> } };

export type TraceListQueryVariables = Exact<{
  projectId: string | number;
  first: number;
  after?: string | null | undefined;
  filter?: TraceFilter | null | undefined;
  orderBy?: TraceOrder | null | undefined;
}>;


export type TraceListQuery = { project: { __typename: 'Project', id: string, traces: { __typename: 'TraceConnection', nodes: Array<(
        { __typename: 'Trace' }
        & { ' $fragmentRefs'?: { 'TraceRowFragment': TraceRowFragment } }
      )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type TraceCountQueryVariables = Exact<{
  projectId: string | number;
  filter?: TraceFilter | null | undefined;
}>;


export type TraceCountQuery = { project: { __typename: 'Project', id: string, traces: { __typename: 'TraceConnection', totalCount: { __typename: 'BoundedCount', value: number, isExact: boolean } } } | null };

export type ProjectHasTracesQueryVariables = Exact<{
  projectId: string | number;
}>;


export type ProjectHasTracesQuery = { project: { __typename: 'Project', id: string, traces: { __typename: 'TraceConnection', nodes: Array<{ __typename: 'Trace', id: string }> } } | null };

export type TraceRowFragment = { __typename: 'Trace', id: string, traceId: string, name: string | null, userId: string | null, tags: Array<string>, environment: string, startedAt: string, durationMs: number | null, state: TraceState, services: Array<string>, session: { __typename: 'Session', id: string, sessionId: string } | null, usage: { __typename: 'Usage', inputTokens: number | null, outputTokens: number | null, totalTokens: number | null }, cost: { __typename: 'Cost', total: string | null, isEstimated: boolean, isComplete: boolean }, counts: { __typename: 'ObservationCounts', total: number, failed: number, byType: Array<{ __typename: 'TypeCount', type: ObservationType, count: number }> }, input: { __typename: 'Payload', preview: string } | null, output: { __typename: 'Payload', preview: string } | null } & { ' $fragmentName'?: 'TraceRowFragment' };

export type ObservationDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type ObservationDetailQuery = { node:
    | (
      { __typename: 'Agent', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Agent_Fragment': ObservationCommon_Agent_Fragment;'AgentBodyFragment': AgentBodyFragment } }
    )
    | { __typename: 'ApiKey', id: string }
    | (
      { __typename: 'Chain', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Chain_Fragment': ObservationCommon_Chain_Fragment;'ChainBodyFragment': ChainBodyFragment } }
    )
    | { __typename: 'CostRecomputation', id: string }
    | (
      { __typename: 'Embedding', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Embedding_Fragment': ObservationCommon_Embedding_Fragment;'EmbeddingBodyFragment': EmbeddingBodyFragment } }
    )
    | (
      { __typename: 'Evaluator', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Evaluator_Fragment': ObservationCommon_Evaluator_Fragment;'EvaluatorBodyFragment': EvaluatorBodyFragment } }
    )
    | (
      { __typename: 'Event', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Event_Fragment': ObservationCommon_Event_Fragment;'EventBodyFragment': EventBodyFragment } }
    )
    | (
      { __typename: 'Generation', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Generation_Fragment': ObservationCommon_Generation_Fragment;'GenerationBodyFragment': GenerationBodyFragment } }
    )
    | (
      { __typename: 'Guardrail', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Guardrail_Fragment': ObservationCommon_Guardrail_Fragment;'GuardrailBodyFragment': GuardrailBodyFragment } }
    )
    | { __typename: 'Invitation', id: string }
    | { __typename: 'Member', id: string }
    | { __typename: 'Organization', id: string }
    | { __typename: 'Project', id: string }
    | (
      { __typename: 'Reranking', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Reranking_Fragment': ObservationCommon_Reranking_Fragment;'RerankingBodyFragment': RerankingBodyFragment } }
    )
    | (
      { __typename: 'Retrieval', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Retrieval_Fragment': ObservationCommon_Retrieval_Fragment;'RetrievalBodyFragment': RetrievalBodyFragment } }
    )
    | { __typename: 'Score', id: string }
    | { __typename: 'Session', id: string }
    | (
      { __typename: 'Span', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_Span_Fragment': ObservationCommon_Span_Fragment;'SpanBodyFragment': SpanBodyFragment } }
    )
    | (
      { __typename: 'ToolCall', id: string }
      & { ' $fragmentRefs'?: { 'ObservationCommon_ToolCall_Fragment': ObservationCommon_ToolCall_Fragment;'ToolCallBodyFragment': ToolCallBodyFragment } }
    )
    | { __typename: 'Trace', id: string }
    | { __typename: 'User', id: string }
   | null };

type ObservationCommon_Agent_Fragment = { __typename: 'Agent', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Agent_Fragment' };

type ObservationCommon_Chain_Fragment = { __typename: 'Chain', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Chain_Fragment' };

type ObservationCommon_Embedding_Fragment = { __typename: 'Embedding', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Embedding_Fragment' };

type ObservationCommon_Evaluator_Fragment = { __typename: 'Evaluator', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Evaluator_Fragment' };

type ObservationCommon_Event_Fragment = { __typename: 'Event', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Event_Fragment' };

type ObservationCommon_Generation_Fragment = { __typename: 'Generation', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Generation_Fragment' };

type ObservationCommon_Guardrail_Fragment = { __typename: 'Guardrail', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Guardrail_Fragment' };

type ObservationCommon_Reranking_Fragment = { __typename: 'Reranking', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Reranking_Fragment' };

type ObservationCommon_Retrieval_Fragment = { __typename: 'Retrieval', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Retrieval_Fragment' };

type ObservationCommon_Span_Fragment = { __typename: 'Span', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_Span_Fragment' };

type ObservationCommon_ToolCall_Fragment = { __typename: 'ToolCall', id: string, observationId: string, type: ObservationType, name: string, startedAt: string, endedAt: string | null, durationMs: number | null, status: Status, statusMessage: string | null, level: Level, service: string | null, environment: string, version: string | null, warnings: Array<string>, typeRule: string, exception: { __typename: 'Exception', type: string | null, message: string | null, stacktrace: string | null } | null, scope: { __typename: 'InstrumentationScope', name: string, version: string | null } | null, links: Array<{ __typename: 'SpanLink', traceId: string, spanId: string, attributes: unknown }>, events: Array<{ __typename: 'SpanEvent', name: string, time: string, attributes: unknown }>, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'ObservationCommon_ToolCall_Fragment' };

export type ObservationCommonFragment =
  | ObservationCommon_Agent_Fragment
  | ObservationCommon_Chain_Fragment
  | ObservationCommon_Embedding_Fragment
  | ObservationCommon_Evaluator_Fragment
  | ObservationCommon_Event_Fragment
  | ObservationCommon_Generation_Fragment
  | ObservationCommon_Guardrail_Fragment
  | ObservationCommon_Reranking_Fragment
  | ObservationCommon_Retrieval_Fragment
  | ObservationCommon_Span_Fragment
  | ObservationCommon_ToolCall_Fragment
;

export type PayloadTextFragment = { __typename: 'Payload', mimeType: string, bytes: number, text: string | null, isTruncated: boolean } & { ' $fragmentName'?: 'PayloadTextFragment' };

export type ParameterListFragment = { __typename: 'ModelParameters', temperature: number | null, topP: number | null, maxTokens: number | null, seed: number | null, stop: Array<string> | null, other: unknown } & { ' $fragmentName'?: 'ParameterListFragment' };

export type MessageTurnFragment = { __typename: 'Message', role: MessageRole, name: string | null, parts: Array<
    | { __typename: 'MediaPart', mimeType: string, url: string | null, bytes: number | null }
    | { __typename: 'OtherPart', kind: string, json: unknown }
    | { __typename: 'ReasoningPart', thought: string | null }
    | { __typename: 'RefusalPart', text: string }
    | { __typename: 'TextPart', text: string }
    | { __typename: 'ToolCallPart', callId: string | null, name: string, arguments: unknown }
    | { __typename: 'ToolResultPart', callId: string | null, result: unknown, isError: boolean }
  > } & { ' $fragmentName'?: 'MessageTurnFragment' };

export type GenerationBodyFragment = { __typename: 'Generation', isWrapper: boolean, provider: string | null, requestModel: string | null, responseModel: string | null, finishReasons: Array<string>, timeToFirstTokenMs: number | null, responseId: string | null, promptName: string | null, promptNumber: number | null, promptVersionText: string | null, slots: unknown, usage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ), cost: (
    { __typename: 'Cost' }
    & { ' $fragmentRefs'?: { 'CostNumbersFragment': CostNumbersFragment } }
  ), parameters: (
    { __typename: 'ModelParameters' }
    & { ' $fragmentRefs'?: { 'ParameterListFragment': ParameterListFragment } }
  ) | null, messages: Array<(
    { __typename: 'Message' }
    & { ' $fragmentRefs'?: { 'MessageTurnFragment': MessageTurnFragment } }
  )>, completion: Array<(
    { __typename: 'Message' }
    & { ' $fragmentRefs'?: { 'MessageTurnFragment': MessageTurnFragment } }
  )>, tools: Array<{ __typename: 'ToolDefinition', name: string, description: string | null, parameters: unknown }> } & { ' $fragmentName'?: 'GenerationBodyFragment' };

export type DocumentCardFragment = { __typename: 'Document', rank: number, documentId: string | null, content: string | null, relevance: number | null, metadata: unknown } & { ' $fragmentName'?: 'DocumentCardFragment' };

export type RetrievalBodyFragment = { __typename: 'Retrieval', query: string | null, source: string | null, topK: number | null, documentCount: number, topRelevance: number | null, meanRelevance: number | null, documents: { __typename: 'DocumentConnection', nodes: Array<(
      { __typename: 'Document' }
      & { ' $fragmentRefs'?: { 'DocumentCardFragment': DocumentCardFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'RetrievalBodyFragment' };

export type RerankingBodyFragment = { __typename: 'Reranking', model: string | null, provider: string | null, query: string | null, topK: number | null, inputCount: number | null, usage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ), cost: (
    { __typename: 'Cost' }
    & { ' $fragmentRefs'?: { 'CostNumbersFragment': CostNumbersFragment } }
  ), documents: { __typename: 'DocumentConnection', nodes: Array<(
      { __typename: 'Document' }
      & { ' $fragmentRefs'?: { 'DocumentCardFragment': DocumentCardFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'RerankingBodyFragment' };

export type EmbeddingBodyFragment = { __typename: 'Embedding', model: string | null, provider: string | null, inputCount: number | null, dimensions: number | null, usage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ), cost: (
    { __typename: 'Cost' }
    & { ' $fragmentRefs'?: { 'CostNumbersFragment': CostNumbersFragment } }
  ), parameters: (
    { __typename: 'ModelParameters' }
    & { ' $fragmentRefs'?: { 'ParameterListFragment': ParameterListFragment } }
  ) | null, input: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null } & { ' $fragmentName'?: 'EmbeddingBodyFragment' };

export type ToolCallBodyFragment = { __typename: 'ToolCall', toolName: string, callId: string | null, arguments: unknown, result: unknown, isError: boolean, reportedUsage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ) | null } & { ' $fragmentName'?: 'ToolCallBodyFragment' };

export type AgentBodyFragment = { __typename: 'Agent', agentName: string | null, agentId: string | null, stepCount: number, subtreeUsage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ), subtreeCost: (
    { __typename: 'Cost' }
    & { ' $fragmentRefs'?: { 'CostNumbersFragment': CostNumbersFragment } }
  ), reportedUsage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ) | null, input: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null, output: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null } & { ' $fragmentName'?: 'AgentBodyFragment' };

export type ChainBodyFragment = { __typename: 'Chain', reportedUsage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ) | null, input: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null, output: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null } & { ' $fragmentName'?: 'ChainBodyFragment' };

export type GuardrailBodyFragment = { __typename: 'Guardrail', policy: string | null, policyId: string | null, phase: GuardrailPhase | null, passed: boolean | null, verdict: GuardrailVerdict, action: GuardrailAction, reason: string | null, score: number | null, categories: Array<string>, reportedUsage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ) | null, input: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null, output: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null } & { ' $fragmentName'?: 'GuardrailBodyFragment' };

export type EvaluatorBodyFragment = { __typename: 'Evaluator', scoreName: string | null, scoreValue: number | null, label: string | null, explanation: string | null, input: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null, output: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null } & { ' $fragmentName'?: 'EvaluatorBodyFragment' };

export type EventBodyFragment = { __typename: 'Event', input: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null, output: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null } & { ' $fragmentName'?: 'EventBodyFragment' };

export type SpanBodyFragment = { __typename: 'Span', reportedUsage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ) | null, input: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null, output: (
    { __typename: 'Payload' }
    & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
  ) | null } & { ' $fragmentName'?: 'SpanBodyFragment' };

export type ObservationAttributesQueryVariables = Exact<{
  id: string | number;
}>;


export type ObservationAttributesQuery = { node:
    | { __typename: 'Agent', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'ApiKey', id: string }
    | { __typename: 'Chain', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'CostRecomputation', id: string }
    | { __typename: 'Embedding', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Evaluator', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Event', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Generation', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Guardrail', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Invitation', id: string }
    | { __typename: 'Member', id: string }
    | { __typename: 'Organization', id: string }
    | { __typename: 'Project', id: string }
    | { __typename: 'Reranking', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Retrieval', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Score', id: string }
    | { __typename: 'Session', id: string }
    | { __typename: 'Span', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'ToolCall', attributes: unknown, resource: unknown, metadata: unknown, id: string }
    | { __typename: 'Trace', id: string }
    | { __typename: 'User', id: string }
   | null };

export type ObservationPayloadsQueryVariables = Exact<{
  id: string | number;
}>;


export type ObservationPayloadsQuery = { node:
    | { __typename: 'Agent', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'ApiKey', id: string }
    | { __typename: 'Chain', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'CostRecomputation', id: string }
    | { __typename: 'Embedding', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Evaluator', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Event', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Generation', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Guardrail', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Invitation', id: string }
    | { __typename: 'Member', id: string }
    | { __typename: 'Organization', id: string }
    | { __typename: 'Project', id: string }
    | { __typename: 'Reranking', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Retrieval', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Score', id: string }
    | { __typename: 'Session', id: string }
    | { __typename: 'Span', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'ToolCall', id: string, input: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null, output: (
        { __typename: 'Payload' }
        & { ' $fragmentRefs'?: { 'PayloadTextFragment': PayloadTextFragment } }
      ) | null }
    | { __typename: 'Trace', id: string }
    | { __typename: 'User', id: string }
   | null };

export type TraceOverviewQueryVariables = Exact<{
  projectId: string | number;
  traceId: string;
}>;


export type TraceOverviewQuery = { project: { __typename: 'Project', id: string, trace: (
      { __typename: 'Trace', id: string, skeleton: { __typename: 'TraceSkeleton', ids: Array<string>, parent: Array<number>, type: Array<number>, name: Array<number>, names: Array<string>, status: Array<number>, startUs: Array<number>, durationUs: Array<number | null>, tokens: Array<number | null>, costNanos: Array<number | null>, flags: Array<number> } }
      & { ' $fragmentRefs'?: { 'TraceHeaderFragment': TraceHeaderFragment } }
    ) | null } | null };

export type TraceHeaderFragment = { __typename: 'Trace', id: string, traceId: string, name: string | null, userId: string | null, tags: Array<string>, environment: string, release: string | null, version: string | null, metadata: unknown, startedAt: string, endedAt: string | null, durationMs: number | null, state: TraceState, services: Array<string>, session: { __typename: 'Session', id: string, sessionId: string } | null, usage: (
    { __typename: 'Usage' }
    & { ' $fragmentRefs'?: { 'UsageNumbersFragment': UsageNumbersFragment } }
  ), cost: (
    { __typename: 'Cost' }
    & { ' $fragmentRefs'?: { 'CostNumbersFragment': CostNumbersFragment } }
  ), counts: { __typename: 'ObservationCounts', total: number, failed: number, byType: Array<{ __typename: 'TypeCount', type: ObservationType, count: number }> }, scores: { __typename: 'ScoreConnection', nodes: Array<(
      { __typename: 'Score' }
      & { ' $fragmentRefs'?: { 'ScoreChipFragment': ScoreChipFragment } }
    )>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean } } } & { ' $fragmentName'?: 'TraceHeaderFragment' };

export type UsageNumbersFragment = { __typename: 'Usage', inputTokens: number | null, outputTokens: number | null, totalTokens: number | null, cacheReadTokens: number | null, cacheWriteTokens: number | null, reasoningTokens: number | null, audioTokens: number | null, other: unknown } & { ' $fragmentName'?: 'UsageNumbersFragment' };

export type CostNumbersFragment = { __typename: 'Cost', total: string | null, input: string | null, output: string | null, currency: string, isEstimated: boolean, isComplete: boolean } & { ' $fragmentName'?: 'CostNumbersFragment' };

export type ScoreChipFragment = { __typename: 'Score', id: string, name: string, source: ScoreSource, comment: string | null, createdAt: string, targetObservationId: string | null, value:
    | { __typename: 'BooleanScore', passed: boolean }
    | { __typename: 'LabelScore', label: string }
    | { __typename: 'NumericScore', number: number, word: string | null }
    | { __typename: 'TextScore', text: string }
   } & { ' $fragmentName'?: 'ScoreChipFragment' };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { __typename: 'Viewer', user: { __typename: 'User', id: string, email: string, name: string } | null, organizations: { __typename: 'OrganizationConnection', nodes: Array<{ __typename: 'Organization', id: string, name: string, slug: string, projects: { __typename: 'ProjectConnection', nodes: Array<{ __typename: 'Project', id: string, name: string, slug: string }> } }> } } };

export const TraceRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TraceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Trace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"userId"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sessionId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"byType"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"preview"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"maxChars"},"value":{"kind":"IntValue","value":"160"}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"preview"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"maxChars"},"value":{"kind":"IntValue","value":"160"}}]}]}}]}}]} as unknown as DocumentNode<TraceRowFragment, unknown>;
export const ScoreChipFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScoreChip"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Score"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"targetObservationId"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NumericScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","alias":{"kind":"Name","value":"word"},"name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LabelScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BooleanScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"passed"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]} as unknown as DocumentNode<ScoreChipFragment, unknown>;
export const ObservationCommonFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ObservationCommon"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Observation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"observationId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"exception"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"stacktrace"}}]}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"typeRule"}},{"kind":"Field","name":{"kind":"Name","value":"links"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"traceId"}},{"kind":"Field","name":{"kind":"Name","value":"spanId"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"time"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scores"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScoreChip"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScoreChip"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Score"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"targetObservationId"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NumericScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","alias":{"kind":"Name","value":"word"},"name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LabelScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BooleanScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"passed"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]} as unknown as DocumentNode<ObservationCommonFragment, unknown>;
export const UsageNumbersFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}}]} as unknown as DocumentNode<UsageNumbersFragment, unknown>;
export const CostNumbersFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}}]} as unknown as DocumentNode<CostNumbersFragment, unknown>;
export const ParameterListFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterList"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ModelParameters"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"temperature"}},{"kind":"Field","name":{"kind":"Name","value":"topP"}},{"kind":"Field","name":{"kind":"Name","value":"maxTokens"}},{"kind":"Field","name":{"kind":"Name","value":"seed"}},{"kind":"Field","name":{"kind":"Name","value":"stop"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}}]} as unknown as DocumentNode<ParameterListFragment, unknown>;
export const MessageTurnFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MessageTurn"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Message"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ReasoningPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","alias":{"kind":"Name","value":"thought"},"name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RefusalPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolCallPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"arguments"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolResultPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"result"}},{"kind":"Field","name":{"kind":"Name","value":"isError"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OtherPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"json"}}]}}]}}]}}]} as unknown as DocumentNode<MessageTurnFragment, unknown>;
export const GenerationBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GenerationBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Generation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"isWrapper"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"requestModel"}},{"kind":"Field","name":{"kind":"Name","value":"responseModel"}},{"kind":"Field","name":{"kind":"Name","value":"parameters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterList"}}]}},{"kind":"Field","name":{"kind":"Name","value":"messages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"MessageTurn"}}]}},{"kind":"Field","name":{"kind":"Name","value":"completion"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"MessageTurn"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tools"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"parameters"}}]}},{"kind":"Field","name":{"kind":"Name","value":"finishReasons"}},{"kind":"Field","name":{"kind":"Name","value":"timeToFirstTokenMs"}},{"kind":"Field","name":{"kind":"Name","value":"responseId"}},{"kind":"Field","name":{"kind":"Name","value":"promptName"}},{"kind":"Field","name":{"kind":"Name","value":"promptNumber"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersionText"}},{"kind":"Field","name":{"kind":"Name","value":"slots"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterList"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ModelParameters"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"temperature"}},{"kind":"Field","name":{"kind":"Name","value":"topP"}},{"kind":"Field","name":{"kind":"Name","value":"maxTokens"}},{"kind":"Field","name":{"kind":"Name","value":"seed"}},{"kind":"Field","name":{"kind":"Name","value":"stop"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MessageTurn"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Message"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ReasoningPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","alias":{"kind":"Name","value":"thought"},"name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RefusalPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolCallPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"arguments"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolResultPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"result"}},{"kind":"Field","name":{"kind":"Name","value":"isError"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OtherPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"json"}}]}}]}}]}}]} as unknown as DocumentNode<GenerationBodyFragment, unknown>;
export const DocumentCardFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DocumentCard"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Document"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"documentId"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"relevance"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}}]}}]} as unknown as DocumentNode<DocumentCardFragment, unknown>;
export const RetrievalBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RetrievalBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Retrieval"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"query"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"topK"}},{"kind":"Field","name":{"kind":"Name","value":"documentCount"}},{"kind":"Field","name":{"kind":"Name","value":"topRelevance"}},{"kind":"Field","name":{"kind":"Name","value":"meanRelevance"}},{"kind":"Field","name":{"kind":"Name","value":"documents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"DocumentCard"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DocumentCard"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Document"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"documentId"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"relevance"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}}]}}]} as unknown as DocumentNode<RetrievalBodyFragment, unknown>;
export const RerankingBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RerankingBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Reranking"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"model"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"query"}},{"kind":"Field","name":{"kind":"Name","value":"topK"}},{"kind":"Field","name":{"kind":"Name","value":"inputCount"}},{"kind":"Field","name":{"kind":"Name","value":"documents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"DocumentCard"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DocumentCard"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Document"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"documentId"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"relevance"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}}]}}]} as unknown as DocumentNode<RerankingBodyFragment, unknown>;
export const PayloadTextFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<PayloadTextFragment, unknown>;
export const EmbeddingBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EmbeddingBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Embedding"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"model"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"inputCount"}},{"kind":"Field","name":{"kind":"Name","value":"dimensions"}},{"kind":"Field","name":{"kind":"Name","value":"parameters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterList"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterList"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ModelParameters"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"temperature"}},{"kind":"Field","name":{"kind":"Name","value":"topP"}},{"kind":"Field","name":{"kind":"Name","value":"maxTokens"}},{"kind":"Field","name":{"kind":"Name","value":"seed"}},{"kind":"Field","name":{"kind":"Name","value":"stop"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<EmbeddingBodyFragment, unknown>;
export const ToolCallBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ToolCallBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolCall"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"toolName"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"arguments"}},{"kind":"Field","name":{"kind":"Name","value":"result"}},{"kind":"Field","name":{"kind":"Name","value":"isError"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}}]} as unknown as DocumentNode<ToolCallBodyFragment, unknown>;
export const AgentBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"agentName"}},{"kind":"Field","name":{"kind":"Name","value":"agentId"}},{"kind":"Field","name":{"kind":"Name","value":"stepCount"}},{"kind":"Field","name":{"kind":"Name","value":"subtreeUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"subtreeCost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<AgentBodyFragment, unknown>;
export const ChainBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChainBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Chain"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<ChainBodyFragment, unknown>;
export const GuardrailBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GuardrailBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Guardrail"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"policy"}},{"kind":"Field","name":{"kind":"Name","value":"policyId"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"passed"}},{"kind":"Field","name":{"kind":"Name","value":"verdict"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"categories"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<GuardrailBodyFragment, unknown>;
export const EvaluatorBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EvaluatorBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Evaluator"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"scoreName"}},{"kind":"Field","name":{"kind":"Name","value":"scoreValue"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<EvaluatorBodyFragment, unknown>;
export const EventBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<EventBodyFragment, unknown>;
export const SpanBodyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SpanBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Span"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<SpanBodyFragment, unknown>;
export const TraceHeaderFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TraceHeader"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Trace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"userId"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"release"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sessionId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"byType"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"scores"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScoreChip"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScoreChip"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Score"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"targetObservationId"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NumericScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","alias":{"kind":"Name","value":"word"},"name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LabelScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BooleanScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"passed"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]} as unknown as DocumentNode<TraceHeaderFragment, unknown>;
export const SignInDocument = {"__meta__":{"hash":"sha256:9c80e1bd1c07a2263fa2451d4cab7623c76973fce2c71c8f48c1f7838645da7a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SignInInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signIn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterMs"}}]}}]}}]}}]} as unknown as DocumentNode<SignInMutation, SignInMutationVariables>;
export const SignOutDocument = {"__meta__":{"hash":"sha256:5369ec80e0a1bda65dbf90969ca4e8c1e8d3c8b86d659c4d8d36b0b22c1fc3b3"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<SignOutMutation, SignOutMutationVariables>;
export const TraceListDocument = {"__meta__":{"hash":"sha256:f7d6eea5a472755f5729939f81f2d50f3e07b43a4ba3e1f48a7eada92f89206c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TraceList"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TraceFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TraceOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traces"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"TraceRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TraceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Trace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"userId"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sessionId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"byType"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"preview"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"maxChars"},"value":{"kind":"IntValue","value":"160"}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"preview"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"maxChars"},"value":{"kind":"IntValue","value":"160"}}]}]}}]}}]} as unknown as DocumentNode<TraceListQuery, TraceListQueryVariables>;
export const TraceCountDocument = {"__meta__":{"hash":"sha256:1c3945e51459b9aa00e356e098893aee00d420c6d957474bdd67ce865f3b55c1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TraceCount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TraceFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traces"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"limit"},"value":{"kind":"IntValue","value":"1000"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"isExact"}}]}}]}}]}}]}}]} as unknown as DocumentNode<TraceCountQuery, TraceCountQueryVariables>;
export const ProjectHasTracesDocument = {"__meta__":{"hash":"sha256:e9ee274a417c0e2ac77326a9d4b128a6cf44497aee021a2b4b963944579beb23"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProjectHasTraces"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traces"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProjectHasTracesQuery, ProjectHasTracesQueryVariables>;
export const ObservationDetailDocument = {"__meta__":{"hash":"sha256:8f79994df729794ee2adc5c31ee33bd356c5b9e8dd60973c9eaca78e8254c1e0"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ObservationDetail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Observation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ObservationCommon"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Generation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"GenerationBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Retrieval"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"RetrievalBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Reranking"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"RerankingBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Embedding"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"EmbeddingBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolCall"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ToolCallBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"AgentBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Chain"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChainBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Guardrail"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"GuardrailBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Evaluator"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"EvaluatorBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventBody"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Span"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"SpanBody"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScoreChip"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Score"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"targetObservationId"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NumericScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","alias":{"kind":"Name","value":"word"},"name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LabelScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BooleanScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"passed"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterList"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ModelParameters"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"temperature"}},{"kind":"Field","name":{"kind":"Name","value":"topP"}},{"kind":"Field","name":{"kind":"Name","value":"maxTokens"}},{"kind":"Field","name":{"kind":"Name","value":"seed"}},{"kind":"Field","name":{"kind":"Name","value":"stop"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MessageTurn"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Message"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ReasoningPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","alias":{"kind":"Name","value":"thought"},"name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RefusalPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolCallPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"arguments"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolResultPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"result"}},{"kind":"Field","name":{"kind":"Name","value":"isError"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OtherPart"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"json"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DocumentCard"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Document"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"documentId"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"relevance"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ObservationCommon"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Observation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"observationId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"exception"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"stacktrace"}}]}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"typeRule"}},{"kind":"Field","name":{"kind":"Name","value":"links"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"traceId"}},{"kind":"Field","name":{"kind":"Name","value":"spanId"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"time"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scores"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScoreChip"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GenerationBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Generation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"isWrapper"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"requestModel"}},{"kind":"Field","name":{"kind":"Name","value":"responseModel"}},{"kind":"Field","name":{"kind":"Name","value":"parameters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterList"}}]}},{"kind":"Field","name":{"kind":"Name","value":"messages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"MessageTurn"}}]}},{"kind":"Field","name":{"kind":"Name","value":"completion"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"MessageTurn"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tools"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"parameters"}}]}},{"kind":"Field","name":{"kind":"Name","value":"finishReasons"}},{"kind":"Field","name":{"kind":"Name","value":"timeToFirstTokenMs"}},{"kind":"Field","name":{"kind":"Name","value":"responseId"}},{"kind":"Field","name":{"kind":"Name","value":"promptName"}},{"kind":"Field","name":{"kind":"Name","value":"promptNumber"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersionText"}},{"kind":"Field","name":{"kind":"Name","value":"slots"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RetrievalBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Retrieval"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"query"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"topK"}},{"kind":"Field","name":{"kind":"Name","value":"documentCount"}},{"kind":"Field","name":{"kind":"Name","value":"topRelevance"}},{"kind":"Field","name":{"kind":"Name","value":"meanRelevance"}},{"kind":"Field","name":{"kind":"Name","value":"documents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"DocumentCard"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RerankingBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Reranking"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"model"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"query"}},{"kind":"Field","name":{"kind":"Name","value":"topK"}},{"kind":"Field","name":{"kind":"Name","value":"inputCount"}},{"kind":"Field","name":{"kind":"Name","value":"documents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"DocumentCard"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EmbeddingBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Embedding"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"model"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"inputCount"}},{"kind":"Field","name":{"kind":"Name","value":"dimensions"}},{"kind":"Field","name":{"kind":"Name","value":"parameters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterList"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ToolCallBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ToolCall"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"toolName"}},{"kind":"Field","name":{"kind":"Name","value":"callId"}},{"kind":"Field","name":{"kind":"Name","value":"arguments"}},{"kind":"Field","name":{"kind":"Name","value":"result"}},{"kind":"Field","name":{"kind":"Name","value":"isError"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AgentBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Agent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"agentName"}},{"kind":"Field","name":{"kind":"Name","value":"agentId"}},{"kind":"Field","name":{"kind":"Name","value":"stepCount"}},{"kind":"Field","name":{"kind":"Name","value":"subtreeUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"subtreeCost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChainBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Chain"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GuardrailBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Guardrail"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"policy"}},{"kind":"Field","name":{"kind":"Name","value":"policyId"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"passed"}},{"kind":"Field","name":{"kind":"Name","value":"verdict"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"categories"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EvaluatorBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Evaluator"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"scoreName"}},{"kind":"Field","name":{"kind":"Name","value":"scoreValue"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SpanBody"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Span"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"reportedUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}}]} as unknown as DocumentNode<ObservationDetailQuery, ObservationDetailQueryVariables>;
export const ObservationAttributesDocument = {"__meta__":{"hash":"sha256:55902f971e163a0a1ec678a74162f4c5b309b70a3cdfdf674ea266e97fba0f91"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ObservationAttributes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Observation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"}},{"kind":"Field","name":{"kind":"Name","value":"resource"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}}]}}]}}]}}]} as unknown as DocumentNode<ObservationAttributesQuery, ObservationAttributesQueryVariables>;
export const ObservationPayloadsDocument = {"__meta__":{"hash":"sha256:e3844591f6fe6dca86d769a4f0bb2223917446e78c2e3723513106ad02d27dcd"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ObservationPayloads"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Observation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}},{"kind":"Field","name":{"kind":"Name","value":"output"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"PayloadText"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PayloadText"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Payload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mimeType"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isTruncated"}}]}}]} as unknown as DocumentNode<ObservationPayloadsQuery, ObservationPayloadsQueryVariables>;
export const TraceOverviewDocument = {"__meta__":{"hash":"sha256:bde0230a50d7d3ae306e5cb2cfff54771787d5d09c6bb6b0fa938c26852782de"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TraceOverview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"traceId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"traceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"traceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"TraceHeader"}},{"kind":"Field","name":{"kind":"Name","value":"skeleton"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"ids"}},{"kind":"Field","name":{"kind":"Name","value":"parent"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"names"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startUs"}},{"kind":"Field","name":{"kind":"Name","value":"durationUs"}},{"kind":"Field","name":{"kind":"Name","value":"tokens"}},{"kind":"Field","name":{"kind":"Name","value":"costNanos"}},{"kind":"Field","name":{"kind":"Name","value":"flags"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UsageNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Usage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheReadTokens"}},{"kind":"Field","name":{"kind":"Name","value":"cacheWriteTokens"}},{"kind":"Field","name":{"kind":"Name","value":"reasoningTokens"}},{"kind":"Field","name":{"kind":"Name","value":"audioTokens"}},{"kind":"Field","name":{"kind":"Name","value":"other"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CostNumbers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cost"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"isEstimated"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScoreChip"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Score"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"targetObservationId"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NumericScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","alias":{"kind":"Name","value":"word"},"name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LabelScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BooleanScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"passed"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TextScore"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TraceHeader"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Trace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"userId"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"release"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sessionId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"UsageNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"CostNumbers"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"byType"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"scores"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScoreChip"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}}]} as unknown as DocumentNode<TraceOverviewQuery, TraceOverviewQueryVariables>;
export const ViewerDocument = {"__meta__":{"hash":"sha256:c2292eebb2a388e6d7c94b63ab8a378da76502440b1a568c957bcffbeaf23d56"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"organizations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"projects"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;