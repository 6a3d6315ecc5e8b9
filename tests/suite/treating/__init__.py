"""Tests of treatment."""
