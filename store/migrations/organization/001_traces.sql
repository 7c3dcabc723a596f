-- The tables of one organization. They lie in its own schema and belong to
-- treeline_owner; the organization's role may read and write rows, no more.
--
-- Times are nanoseconds since 1970, money is billionths of a US dollar, span
-- ids are integers in the order of their bytes. Enumerations are the numbers of
-- package trace.

-- What a step is: narrow, so that lists and filters read little.
CREATE TABLE observation (
    project_id         bigint NOT NULL,
    trace_id           uuid NOT NULL,
    span_id            bigint NOT NULL,
    start_time         bigint NOT NULL,
    -- Null while the step runs.
    end_time           bigint,
    parent_span_id     bigint,
    type               smallint NOT NULL,
    status             smallint NOT NULL,
    level              smallint NOT NULL,
    flags              integer NOT NULL,
    name               text COLLATE "C" NOT NULL,
    service            text COLLATE "C",
    environment        text COLLATE "C" NOT NULL,
    version            text COLLATE "C",
    external_id        text COLLATE "C",
    -- JSON: what the span says of its trace.
    claims             text,
    -- Generation, Embedding, Reranking.
    model              text COLLATE "C",
    provider           text COLLATE "C",
    -- Usage: own for metered types, else reported for the subtree.
    input_tokens       bigint,
    output_tokens      bigint,
    total_tokens       bigint,
    cache_read_tokens  bigint,
    cache_write_tokens bigint,
    reasoning_tokens   bigint,
    usage_detail       text,
    cost               bigint,
    cost_input         bigint,
    cost_output        bigint,
    cost_flags         smallint NOT NULL,
    -- Generation.
    response_id        text COLLATE "C",
    ttft_ms            double precision,
    finish_reasons     text[] COLLATE "C",
    prompt_name        text COLLATE "C",
    prompt_number      integer,
    -- Retrieval.
    document_count     integer,
    top_relevance      double precision,
    source             text COLLATE "C",
    -- ToolCall.
    tool_name          text COLLATE "C",
    is_error           boolean,
    -- Guardrail.
    policy             text COLLATE "C",
    passed             boolean,
    verdict            smallint,
    action             smallint,
    -- Agent.
    agent_name         text COLLATE "C",
    -- Evaluator.
    score_name         text COLLATE "C",
    score_value        double precision,
    PRIMARY KEY (project_id, trace_id, span_id, start_time)
) PARTITION BY RANGE (start_time);

CREATE INDEX observation_newest ON observation (project_id, start_time DESC, span_id DESC, trace_id DESC);
-- The filtered value stands last, so that the filter is answered in the index.
CREATE INDEX observation_generation ON observation (project_id, start_time DESC, span_id DESC, trace_id DESC, total_tokens) WHERE type = 1;
CREATE INDEX observation_retrieval ON observation (project_id, start_time DESC, span_id DESC, trace_id DESC, document_count) WHERE type = 2;
CREATE INDEX observation_typed ON observation (project_id, type, start_time DESC, span_id DESC, trace_id DESC) WHERE type > 2;

-- What went in and came out: wide, read only when asked for.
CREATE TABLE observation_body (
    project_id   bigint NOT NULL,
    trace_id     uuid NOT NULL,
    span_id      bigint NOT NULL,
    start_time   bigint NOT NULL,
    flags        integer NOT NULL,
    input        text,
    output       text,
    -- Retrieval and Reranking.
    query        text,
    metadata     text,
    attributes   jsonb,
    -- JSON: all other fields.
    detail       text NOT NULL,
    -- Explicit bodies of the trace that this span carries.
    trace_input  text,
    trace_output text,
    resource_id  bigint,
    PRIMARY KEY (project_id, trace_id, span_id, start_time)
) PARTITION BY RANGE (start_time);

-- The weeks for which partitions of both tables exist.
CREATE TABLE partition_week (
    week       integer PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Attributes of sending processes, shared by their spans.
CREATE TABLE resource (
    project_id  bigint NOT NULL,
    resource_id bigint NOT NULL,
    attributes  text NOT NULL,
    PRIMARY KEY (project_id, resource_id)
);

CREATE TABLE trace (
    project_id         bigint NOT NULL,
    trace_id           uuid NOT NULL,
    -- Counts the commits that changed the trace.
    revision           integer NOT NULL,
    external_id        text COLLATE "C",
    name               text COLLATE "C",
    user_id            text COLLATE "C",
    session_id         text COLLATE "C",
    tags               text[] COLLATE "C" NOT NULL,
    environment        text COLLATE "C" NOT NULL,
    release            text COLLATE "C",
    version            text COLLATE "C",
    metadata           text,
    start_time         bigint NOT NULL,
    end_time           bigint NOT NULL,
    -- The latest start of an observation: with start_time, the partitions to read.
    last_start         bigint NOT NULL,
    last_arrival       bigint NOT NULL,
    services           text[] COLLATE "C" NOT NULL,
    input_tokens       bigint,
    output_tokens      bigint,
    total_tokens       bigint,
    cache_read_tokens  bigint,
    cache_write_tokens bigint,
    reasoning_tokens   bigint,
    usage_detail       text,
    cost               bigint,
    cost_input         bigint,
    cost_output        bigint,
    cost_flags         smallint NOT NULL,
    observation_count  integer NOT NULL,
    failed_count       integer NOT NULL,
    running_count      integer NOT NULL,
    type_counts        integer[] NOT NULL,
    root_span_id       bigint NOT NULL,
    root_rank          smallint NOT NULL,
    root_status        smallint NOT NULL,
    input_span_id      bigint,
    output_span_id     bigint,
    PRIMARY KEY (project_id, trace_id)
);
CREATE INDEX trace_newest ON trace (project_id, start_time DESC, trace_id DESC);
CREATE INDEX trace_session ON trace (project_id, session_id, start_time DESC, trace_id DESC) WHERE session_id IS NOT NULL;
CREATE INDEX trace_user ON trace (project_id, user_id, start_time DESC, trace_id DESC) WHERE user_id IS NOT NULL;

CREATE TABLE session (
    project_id    bigint NOT NULL,
    session_id    text COLLATE "C" NOT NULL,
    start_time    bigint NOT NULL,
    last_activity bigint NOT NULL,
    PRIMARY KEY (project_id, session_id)
);
CREATE INDEX session_newest ON session (project_id, last_activity DESC, session_id DESC);

CREATE TABLE score (
    project_id  bigint NOT NULL,
    score_id    text COLLATE "C" NOT NULL,
    name        text COLLATE "C" NOT NULL,
    -- 0 numeric, 1 label, 2 boolean, 3 text.
    kind        smallint NOT NULL,
    number      double precision,
    label       text COLLATE "C",
    passed      boolean,
    source      smallint NOT NULL,
    comment     text,
    created_at  bigint NOT NULL,
    trace_id    uuid,
    span_id     bigint,
    session_id  text COLLATE "C",
    external_trace_id text COLLATE "C",
    external_id text COLLATE "C",
    PRIMARY KEY (project_id, score_id),
    CONSTRAINT score_has_target CHECK (num_nonnulls(trace_id, session_id) = 1 AND (span_id IS NULL OR trace_id IS NOT NULL))
);
CREATE INDEX score_newest ON score (project_id, created_at DESC, score_id DESC);
CREATE INDEX score_trace ON score (project_id, trace_id, span_id) WHERE trace_id IS NOT NULL;
CREATE INDEX score_session ON score (project_id, session_id) WHERE session_id IS NOT NULL;

-- Prices that a project sets over the built-in table; entry is JSON.
CREATE TABLE model_price (
    project_id bigint NOT NULL,
    price_id   text COLLATE "C" NOT NULL,
    entry      text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, price_id)
);
