"""Files that people bring: checked whole, shown as a list of changes, then appended to the log as they are.

Writes events.raw, sources `csv`, `hr` and `fuel`. What the rows mean is the parser's business, so a later parser
can read an old file again; here only is judged whether a person should mend the file first.
"""
