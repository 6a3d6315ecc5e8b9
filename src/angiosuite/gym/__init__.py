"""Environments for learning machines: instruments in vessels behind Gymnasium's interface."""
