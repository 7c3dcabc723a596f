-- The tags and the metadata that a span claims for its trace, as JSON: large, and
-- read only where they count. Column claims holds the rest, and their size.
ALTER TABLE observation ADD COLUMN claim_extras text;
