"""Everything that the live service answers, as files of a folder or objects of a bucket."""
