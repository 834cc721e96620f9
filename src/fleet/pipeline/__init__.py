"""The worker's stages between log and state: `parse_stage` makes facts, `project_stage` folds them."""
