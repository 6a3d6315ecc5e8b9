"""The guide: its pages as a person reads them, its glossary, and a search over all content.

Start in `guide`; `rendering` makes safe HTML, `search_index` finds, `way_map` draws the map of the way.
"""

from angiosuite.learning.guide.guide import Guide

__all__ = ["Guide"]
