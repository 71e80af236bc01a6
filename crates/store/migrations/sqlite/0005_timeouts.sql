-- The limits of an API's own; what isn't there is the gateway's to say.
ALTER TABLE apis ADD COLUMN timeouts TEXT NOT NULL DEFAULT '{}';
