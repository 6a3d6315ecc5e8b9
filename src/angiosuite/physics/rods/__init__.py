"""Wires, catheters and sheaths as elastic rods in a lumen."""
