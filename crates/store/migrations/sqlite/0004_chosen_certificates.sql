-- Whether a document lets an expression say which uploaded certificate is shown or signs: while one does, the gateway
-- holds the keys of all of them.
ALTER TABLE policies ADD COLUMN chooses_certificate INTEGER NOT NULL DEFAULT 0;
CREATE INDEX policies_choosing_certificates ON policies (scope) WHERE chooses_certificate;

-- Of documents saved before, all that could; the next save of each knows better.
UPDATE policies SET chooses_certificate = 1
    WHERE document LIKE '%<authentication-certificate %@%'
    OR scope IN (
        SELECT u.scope FROM fragment_uses u JOIN fragments f ON f.id = u.fragment
        WHERE f.document LIKE '%<authentication-certificate %@%'
    );
