"""Content: data that people write, read strictly and refused with the line that is wrong.

An item is a folder below its kind (``patients/``, ``guide/``, ``pathways/`` …) with one YAML file of a
fixed name; a page of the guide has its text beside it. `kinds` lists the kinds, each with its schema in a
module of its name; `marks` reads YAML and remembers lines; `markdown` reads texts, `guide_text` finds their
faults, `links` follows their links; `faults` turns a failed validation into sentences; `loader` gathers the
packs into a `Library`, a kind at a time; `checker` reports every fault; `scaffold` writes a new item that the
checker accepts.

Nothing here knows the engine: `suite` and `patients` turn items into physics. Start in `loader`.
"""

from angiosuite.content.checker import check
from angiosuite.content.faults import Fault
from angiosuite.content.kinds import KINDS, Kind
from angiosuite.content.loader import Library, LoadedItem, load_library

__all__ = ["KINDS", "Fault", "Kind", "Library", "LoadedItem", "check", "load_library"]
