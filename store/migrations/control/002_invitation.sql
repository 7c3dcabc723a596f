-- Who was asked to join an organization, and with which role.
CREATE TABLE invitation (
    id              bigint PRIMARY KEY CHECK (id > 0),
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    -- In the form of app_user.email.
    email           text COLLATE "C" NOT NULL,
    role            text NOT NULL,
    -- SHA-256 of the token that the invitation is accepted with.
    token_hash      bytea NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    CONSTRAINT invitation_email_unique UNIQUE (organization_id, email),
    CONSTRAINT invitation_token_unique UNIQUE (token_hash),
    CONSTRAINT invitation_token_length CHECK (octet_length(token_hash) = 32),
    CONSTRAINT invitation_role_known CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER'))
);
CREATE INDEX invitation_list ON invitation (organization_id, created_at DESC, id DESC);
