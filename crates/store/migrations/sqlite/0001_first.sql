-- Times are Unix seconds, UTC. Thumbprints are upper-case hex.

CREATE TABLE revision (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO revision VALUES (1, 0);

-- A slot. What lists sort and search by is copied from its present version.
CREATE TABLE certificates (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    subject TEXT NOT NULL,
    common_name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    serial_number TEXT NOT NULL,
    thumbprint TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0,
    last_used INTEGER,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX certificates_by_not_after ON certificates (not_after);
CREATE INDEX certificates_by_name ON certificates (name COLLATE NOCASE);
CREATE INDEX certificates_by_common_name ON certificates (common_name COLLATE NOCASE);
CREATE INDEX certificates_by_uses ON certificates (uses);
CREATE INDEX certificates_by_sha256 ON certificates (sha256);
CREATE INDEX certificates_by_serial_number ON certificates (serial_number);

-- What a slot holds and held. `sealed_key` is bound to certificate and version.
CREATE TABLE certificate_versions (
    certificate TEXT NOT NULL REFERENCES certificates (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    thumbprint TEXT NOT NULL,
    facts TEXT NOT NULL,
    chain BLOB NOT NULL,
    apart BLOB NOT NULL,
    sealed_key BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL,
    uploaded_by TEXT NOT NULL,
    PRIMARY KEY (certificate, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_versions_by_thumbprint ON certificate_versions (thumbprint);

CREATE VIRTUAL TABLE certificates_search USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1);

CREATE TABLE apis (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    suffix TEXT NOT NULL UNIQUE,
    backend TEXT NOT NULL,
    trust TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX apis_by_name ON apis (name COLLATE NOCASE);
CREATE INDEX apis_by_backend ON apis (backend);

CREATE VIRTUAL TABLE apis_search USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1);

CREATE TABLE policies (
    scope TEXT PRIMARY KEY,
    api TEXT NOT NULL REFERENCES apis (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX policies_by_api ON policies (api);

-- Derived from the policy documents in the transaction that saves them. The first reference is what keeps a
-- certificate in use from being deleted, whoever tries.
CREATE TABLE certificate_uses (
    certificate TEXT NOT NULL REFERENCES certificates (id) ON DELETE RESTRICT,
    scope TEXT NOT NULL REFERENCES policies (scope) ON DELETE CASCADE,
    named_by TEXT NOT NULL CHECK (named_by IN ('id', 'thumbprint')),
    PRIMARY KEY (certificate, scope, named_by)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_uses_by_scope ON certificate_uses (scope);
CREATE TRIGGER certificate_uses_added AFTER INSERT ON certificate_uses BEGIN
    UPDATE certificates SET uses = uses + 1 WHERE id = new.certificate;
END;
CREATE TRIGGER certificate_uses_removed AFTER DELETE ON certificate_uses BEGIN
    UPDATE certificates SET uses = uses - 1 WHERE id = old.certificate;
END;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'publisher', 'viewer')),
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Only a hash of the token is kept, so that a copy of the store signs nobody in.
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);

CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, number);
