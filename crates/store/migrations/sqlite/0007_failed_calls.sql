-- Calls that failed at the gateway, written behind, bounded for each kind. `facts` is what is only shown; lists filter by
-- the other columns. `shown` is the certificate that was chosen for the backend: it may be deleted by now, and so may
-- `api`. `missed` counts the calls of its kind and API that came right after it and were not recorded.
CREATE TABLE failed_calls (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    api TEXT,
    operation TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    caller TEXT NOT NULL,
    subject TEXT,
    thumbprint TEXT,
    backend TEXT,
    shown TEXT,
    missed INTEGER NOT NULL DEFAULT 0,
    facts TEXT NOT NULL
) STRICT;
CREATE INDEX failed_calls_by_kind ON failed_calls (kind, api);
CREATE INDEX failed_calls_by_api ON failed_calls (api);
CREATE INDEX failed_calls_by_at ON failed_calls (at);
CREATE INDEX failed_calls_by_request_id ON failed_calls (request_id);

-- When the last request reached an API.
ALTER TABLE apis ADD COLUMN last_used INTEGER;
