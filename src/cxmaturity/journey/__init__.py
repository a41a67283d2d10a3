"""Journey maps: what customers live, how sure we are of it, and where it matters. Data first; the picture is drawn elsewhere.

`values` holds what people type (an `Atlas` of personas, promises and journeys), `results` what follows from it. Nothing here
reads a file, a clock or a locale.
"""
