"""The benchmarks: `python -m bench`, on a private durable cluster. Bars: `bars`; results: `docs/performance.md`."""
