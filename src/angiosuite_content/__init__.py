"""What the suite is taught with, as data: patients and equipment, one folder per item, no code.

A hospital's own pack has the same folders (``patients/<id>/patient.yaml``, ``equipment/<id>/equipment.yaml``)
and takes the same path: an entry point in the group ``angiosuite.content`` that names a package, or a
directory named in the settings. ``angiosuite new`` writes an item, ``angiosuite check`` reads every one.
"""
