"""What places are called: asked of geocoders, apart from the pipeline, and kept in a table that nothing else needs."""
