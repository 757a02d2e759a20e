-- What a school fills into guides in the place of the authority's value, a JSON object.
ALTER TABLE schools ADD COLUMN placeholders TEXT NOT NULL DEFAULT '{}';
