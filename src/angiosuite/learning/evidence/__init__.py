"""Evidence: forms by kind, what may be said, what must not identify a patient, and export of all of it.

Start in `portfolio`; `forms` reads `forms.yaml`, `identifiers` scans free text, `export` makes the zip.
"""
