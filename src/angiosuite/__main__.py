"""`python -m angiosuite`: the same as the command `angiosuite`."""

from angiosuite.cli import main

if __name__ == "__main__":
    main()
