"""A Tracksolid-compatible upstream with a simulated fleet, so that the platform can run without the vendor.

It knows nothing of the platform but the wire: it answers signed polls and pushes what its devices report.
"""
