"""Sheaths out: the hole, the hand or the device on it, and the blood lost meanwhile."""
