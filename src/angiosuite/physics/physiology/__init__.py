"""What the patient's body does by itself: heart rhythm and breathing, in fixed 2 ms steps.

Arrays and numbers in, arrays and numbers out; every module has `state()` and `restore()`.
Circulation, gas exchange and drugs join here when the issues that need them come.
"""
