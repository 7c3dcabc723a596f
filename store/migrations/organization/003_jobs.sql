-- Long pieces of work: what was asked for and how far it is. The queue itself
-- lies in the control schema and holds nothing but ids.
CREATE TABLE job (
    job_id        bigint PRIMARY KEY CHECK (job_id > 0),
    project_id    bigint NOT NULL,
    kind          smallint NOT NULL,
    state         smallint NOT NULL,
    -- JSON: ids and bounds of the work, never content.
    input         text NOT NULL,
    -- Where the work goes on, in the words of its kind.
    position      text NOT NULL DEFAULT '',
    done          integer NOT NULL DEFAULT 0,
    planned       integer,
    is_cancelling boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    started_at    timestamptz,
    finished_at   timestamptz
);
CREATE INDEX job_open ON job (project_id, kind) WHERE finished_at IS NULL;
