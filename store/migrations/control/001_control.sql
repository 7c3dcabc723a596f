-- Control data: who exists, who may do what, and where an organization's data
-- lies. No organization's role can read any of it.

CREATE TABLE organization (
    id          bigint PRIMARY KEY CHECK (id > 0),
    slug        text COLLATE "C" NOT NULL,
    name        text NOT NULL,
    -- False until the organization's schema and role exist.
    is_ready    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organization_slug_unique UNIQUE (slug),
    CONSTRAINT organization_slug_form CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT organization_name_length CHECK (char_length(name) BETWEEN 1 AND 200)
);

CREATE TABLE project (
    id              bigint PRIMARY KEY CHECK (id > 0),
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    slug            text COLLATE "C" NOT NULL,
    name            text NOT NULL,
    -- Days that traces are kept; null keeps them.
    retention_days  integer,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT project_slug_unique UNIQUE (organization_id, slug),
    CONSTRAINT project_slug_form CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT project_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT project_retention_positive CHECK (retention_days BETWEEN 1 AND 36500)
);

CREATE TABLE app_user (
    id            bigint PRIMARY KEY CHECK (id > 0),
    -- Lower case.
    email         text COLLATE "C" NOT NULL,
    name          text NOT NULL,
    -- PHC string of argon2id; null for users that sign in elsewhere.
    password_hash text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT app_user_email_unique UNIQUE (email),
    CONSTRAINT app_user_email_lower CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 254)
);

CREATE TABLE member (
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    user_id         bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
    role            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id),
    CONSTRAINT member_role_known CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER'))
);
CREATE INDEX member_user ON member (user_id);

CREATE TABLE project_member (
    project_id bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    user_id    bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
    role       text NOT NULL,
    PRIMARY KEY (project_id, user_id),
    CONSTRAINT project_member_role_known CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER'))
);
CREATE INDEX project_member_user ON project_member (user_id);

CREATE TABLE api_key (
    id           bigint PRIMARY KEY CHECK (id > 0),
    project_id   bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    name         text NOT NULL,
    public_key   text COLLATE "C" NOT NULL,
    -- SHA-256 of the secret.
    secret_hash  bytea NOT NULL,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_key_public_unique UNIQUE (public_key),
    CONSTRAINT api_key_hash_length CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT api_key_scopes_known CHECK (scopes <@ ARRAY['INGEST', 'READ', 'PROMPTS', 'SCORES', 'WRITE'] AND cardinality(scopes) > 0),
    CONSTRAINT api_key_name_length CHECK (char_length(name) BETWEEN 1 AND 200)
);
CREATE INDEX api_key_project ON api_key (project_id, created_at DESC, id DESC);
CREATE INDEX api_key_secret ON api_key (secret_hash);

CREATE TABLE user_session (
    -- SHA-256 of the cookie's token.
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    user_id    bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX user_session_user ON user_session (user_id);
CREATE INDEX user_session_expiry ON user_session (expires_at);
