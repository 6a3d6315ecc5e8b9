"""Angiosuite among other systems: what is spoken with them, and how.

`archive` speaks DICOMweb with an archive, `sending` brings a session's DICOM objects into it. Each partner
has modules of its own; none of them knows the pages. Start reading in `sending`.
"""
