"""The kit: what every room stands on, and nothing that knows a room.

Errors with a way out (`errors`), simulated time in whole microseconds (`clock`), counter-based
randomness (`randomness`), the event log of a session (`log`), the home folder (`home`), the
compiled-kernel cache (`kernel_cache`) and vital signs (`vitals`).
"""
