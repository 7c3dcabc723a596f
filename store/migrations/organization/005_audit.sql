-- Who changed what. The organization's role adds to it and reads it; nobody
-- changes or removes an entry.
CREATE TABLE audit_entry (
    id          bigint PRIMARY KEY CHECK (id > 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    action      text COLLATE "C" NOT NULL,
    -- Global ids, as the API writes them.
    actor_id    text COLLATE "C" NOT NULL,
    -- The name that the actor had then.
    actor_name  text NOT NULL,
    object_type text COLLATE "C" NOT NULL,
    object_id   text COLLATE "C" NOT NULL,
    -- JSON: ids, names and settings, never secrets or content.
    changes     text NOT NULL,
    -- Where the request came from; null where that is not known.
    address     text
);
CREATE INDEX audit_entry_time ON audit_entry (created_at DESC, id DESC);
