-- What callers and backends are judged by, and what policies share: CA certificates, named values, fragments.

CREATE TABLE authorities (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    common_name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    serial_number TEXT NOT NULL,
    thumbprint TEXT NOT NULL UNIQUE,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    facts TEXT NOT NULL,
    signs TEXT NOT NULL CHECK (signs IN ('others', 'itself')),
    certificate BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL,
    uploaded_by TEXT NOT NULL,
    -- What becomes of a caller when no current revocation list is at hand.
    unlisted TEXT NOT NULL DEFAULT 'refuse' CHECK (unlisted IN ('refuse', 'pass')),
    list_address TEXT,
    -- When the address is to be asked next.
    list_due INTEGER CHECK ((list_due IS NULL) = (list_address IS NULL)),
    list_failed_at INTEGER,
    list_failure TEXT CHECK ((list_failure IS NULL) = (list_failed_at IS NULL)),
    uses INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX authorities_by_not_after ON authorities (not_after);
CREATE INDEX authorities_by_name ON authorities (name COLLATE NOCASE);
CREATE INDEX authorities_by_common_name ON authorities (common_name COLLATE NOCASE);
CREATE INDEX authorities_by_uses ON authorities (uses);
CREATE INDEX authorities_by_list_due ON authorities (list_due) WHERE list_due IS NOT NULL;

CREATE VIRTUAL TABLE authorities_search USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1);

-- The list that came last. `received_by` is who uploaded it; none when it was fetched.
CREATE TABLE revocation_lists (
    authority TEXT PRIMARY KEY REFERENCES authorities (id) ON DELETE CASCADE,
    list BLOB NOT NULL,
    this_update INTEGER NOT NULL,
    next_update INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    received_by TEXT
) STRICT;

-- Derived from policy documents and from the trust settings of backends in the transaction that saves them. As with
-- client certificates, the first reference is what keeps something in use from being deleted.
CREATE TABLE authority_uses (
    authority TEXT NOT NULL REFERENCES authorities (id) ON DELETE RESTRICT,
    scope TEXT REFERENCES policies (scope) ON DELETE CASCADE,
    backend_of TEXT REFERENCES apis (id) ON DELETE CASCADE,
    CHECK ((scope IS NULL) <> (backend_of IS NULL)),
    UNIQUE (authority, scope),
    UNIQUE (authority, backend_of)
) STRICT;
CREATE INDEX authority_uses_by_scope ON authority_uses (scope);
CREATE INDEX authority_uses_by_backend ON authority_uses (backend_of);
CREATE TRIGGER authority_uses_added AFTER INSERT ON authority_uses BEGIN
    UPDATE authorities SET uses = uses + 1 WHERE id = new.authority;
END;
CREATE TRIGGER authority_uses_removed AFTER DELETE ON authority_uses BEGIN
    UPDATE authorities SET uses = uses - 1 WHERE id = old.authority;
END;

-- A text that policies name as {{name}}. A secret one is sealed, bound to its name.
CREATE TABLE named_values (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    value TEXT,
    sealed_value BLOB,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL,
    CHECK ((value IS NULL) <> (sealed_value IS NULL))
) STRICT;
CREATE INDEX named_values_by_name ON named_values (name COLLATE NOCASE);
CREATE INDEX named_values_by_changed_at ON named_values (changed_at);
CREATE INDEX named_values_by_uses ON named_values (uses);

CREATE VIRTUAL TABLE named_values_search USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1);

-- A piece of policy that documents take in with include-fragment.
CREATE TABLE fragments (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX fragments_by_id ON fragments (id COLLATE NOCASE);
CREATE INDEX fragments_by_changed_at ON fragments (changed_at);
CREATE INDEX fragments_by_uses ON fragments (uses);

CREATE VIRTUAL TABLE fragments_search USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1);

CREATE TABLE fragment_uses (
    fragment TEXT NOT NULL REFERENCES fragments (id) ON DELETE RESTRICT,
    scope TEXT NOT NULL REFERENCES policies (scope) ON DELETE CASCADE,
    PRIMARY KEY (fragment, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX fragment_uses_by_scope ON fragment_uses (scope);
CREATE TRIGGER fragment_uses_added AFTER INSERT ON fragment_uses BEGIN
    UPDATE fragments SET uses = uses + 1 WHERE id = new.fragment;
END;
CREATE TRIGGER fragment_uses_removed AFTER DELETE ON fragment_uses BEGIN
    UPDATE fragments SET uses = uses - 1 WHERE id = old.fragment;
END;

CREATE TABLE named_value_uses (
    named_value TEXT NOT NULL REFERENCES named_values (name) ON DELETE RESTRICT,
    scope TEXT REFERENCES policies (scope) ON DELETE CASCADE,
    fragment TEXT REFERENCES fragments (id) ON DELETE CASCADE,
    CHECK ((scope IS NULL) <> (fragment IS NULL)),
    UNIQUE (named_value, scope),
    UNIQUE (named_value, fragment)
) STRICT;
CREATE INDEX named_value_uses_by_scope ON named_value_uses (scope);
CREATE INDEX named_value_uses_by_fragment ON named_value_uses (fragment);
CREATE TRIGGER named_value_uses_added AFTER INSERT ON named_value_uses BEGIN
    UPDATE named_values SET uses = uses + 1 WHERE name = new.named_value;
END;
CREATE TRIGGER named_value_uses_removed AFTER DELETE ON named_value_uses BEGIN
    UPDATE named_values SET uses = uses - 1 WHERE name = old.named_value;
END;
