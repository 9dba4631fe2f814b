"""Where articles come from: each importer turns a source into records, each with its place."""
