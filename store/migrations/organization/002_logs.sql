-- Log records that belong to spans. A span and its records come by different
-- ways, in any order, minutes apart; whichever is second completes the
-- observation. Rows live for two days after the last record of their span, then
-- they are deleted in small batches.

-- A span that records came for, whether or not the span itself did.
CREATE TABLE log_span (
    project_id          bigint NOT NULL,
    trace_id            uuid NOT NULL,
    span_id             bigint NOT NULL,
    -- When the last record came.
    received_at         bigint NOT NULL,
    -- How many records are kept, and their size.
    records             integer NOT NULL,
    bytes               bigint NOT NULL,
    -- The columns of observation and observation_body that the records change, as
    -- they were without any; null until the first change. All records are joined
    -- to these again when one more comes.
    base_start_time     bigint,
    base_flags          integer,
    base_input          text,
    base_output         text,
    base_detail         text,
    base_finish_reasons text[] COLLATE "C",
    PRIMARY KEY (project_id, trace_id, span_id)
);
CREATE INDEX log_span_received ON log_span (received_at);

CREATE TABLE log_record (
    project_id bigint NOT NULL,
    trace_id   uuid NOT NULL,
    span_id    bigint NOT NULL,
    -- Tells a record that was sent again.
    digest     uuid NOT NULL,
    time       bigint NOT NULL,
    -- The order of arrival, for records of one time.
    place      integer NOT NULL,
    -- An OTLP LogRecord message.
    content    bytea NOT NULL,
    PRIMARY KEY (project_id, trace_id, span_id, digest)
);

-- Scores of generations that are known by the id of their response alone.
CREATE TABLE evaluation (
    project_id  bigint NOT NULL,
    response_id text COLLATE "C" NOT NULL,
    score_id    text COLLATE "C" NOT NULL,
    received_at bigint NOT NULL,
    -- JSON: the columns of table score without a target.
    score       text NOT NULL,
    PRIMARY KEY (project_id, response_id, score_id)
);
CREATE INDEX evaluation_received ON evaluation (received_at);
CREATE INDEX observation_response ON observation (project_id, response_id) WHERE response_id IS NOT NULL;
