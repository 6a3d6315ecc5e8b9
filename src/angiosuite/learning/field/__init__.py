"""The field: societies, meetings, courses, grants … as a directory, with what a person follows of it."""

from angiosuite.learning.field.directory import Directory

__all__ = ["Directory"]
