"""One session in the angiography room: commands in, frames and events out.

`Session` holds the log and the fixed-step loop; `Gantry`, `Collimator` and `Pedals` are what the
hands move; `Picture` turns a pose and a technique into a frame and its dose. Nothing here knows
HTTP, sockets or a database: a notebook, a test and the browser drive the same engine.
Start with `session.py`.
"""
