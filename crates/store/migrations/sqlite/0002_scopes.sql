-- Operations of APIs; policies of all APIs, of an API, of an operation; and what policies were before.

-- `shape` is the URL template without the names of its parameters: two templates of one shape match the same paths.
CREATE TABLE operations (
    number INTEGER PRIMARY KEY,
    api TEXT NOT NULL REFERENCES apis (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    method TEXT NOT NULL,
    template TEXT NOT NULL,
    shape TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    UNIQUE (api, id),
    UNIQUE (api, method, shape)
) STRICT;
CREATE INDEX operations_by_template ON operations (api, template);
CREATE INDEX operations_by_name ON operations (api, name COLLATE NOCASE);

-- An API's row had to have an API; the rows of all tables that hang together are moved to new ones. `policies` had
-- one row for each API before, and none for anything else.
CREATE TABLE policies_next (
    scope TEXT PRIMARY KEY,
    api TEXT REFERENCES apis (id) ON DELETE CASCADE,
    operation TEXT,
    document TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    FOREIGN KEY (api, operation) REFERENCES operations (api, id) ON DELETE CASCADE,
    CHECK (scope = CASE
        WHEN api IS NULL THEN 'all'
        WHEN operation IS NULL THEN 'api/' || api
        ELSE 'operation/' || api || '/' || operation
    END)
) STRICT, WITHOUT ROWID;
INSERT INTO policies_next (scope, api, operation, document, revision, changed_at, changed_by)
    SELECT scope, api, NULL, document, revision, changed_at, changed_by FROM policies;

CREATE TABLE certificate_uses_next (
    certificate TEXT NOT NULL REFERENCES certificates (id) ON DELETE RESTRICT,
    scope TEXT NOT NULL REFERENCES policies_next (scope) ON DELETE CASCADE,
    named_by TEXT NOT NULL CHECK (named_by IN ('id', 'thumbprint')),
    PRIMARY KEY (certificate, scope, named_by)
) STRICT, WITHOUT ROWID;
INSERT INTO certificate_uses_next SELECT certificate, scope, named_by FROM certificate_uses;

-- Dropping a table fires no triggers: the counts in `certificates` stay as they are.
DROP TABLE certificate_uses;
DROP TABLE policies;
ALTER TABLE policies_next RENAME TO policies;
ALTER TABLE certificate_uses_next RENAME TO certificate_uses;
CREATE INDEX policies_by_api ON policies (api, operation);
CREATE INDEX certificate_uses_by_scope ON certificate_uses (scope);
CREATE TRIGGER certificate_uses_added AFTER INSERT ON certificate_uses BEGIN
    UPDATE certificates SET uses = uses + 1 WHERE id = new.certificate;
END;
CREATE TRIGGER certificate_uses_removed AFTER DELETE ON certificate_uses BEGIN
    UPDATE certificates SET uses = uses - 1 WHERE id = old.certificate;
END;

-- Every text that was saved, the present one among them.
CREATE TABLE policy_versions (
    scope TEXT NOT NULL REFERENCES policies (scope) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (scope, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO policy_versions SELECT scope, revision, document, changed_at, changed_by FROM policies;
