"""`python -m kadr` is the command `kadr`."""

from kadr.cli import main

if __name__ == "__main__":
    main()
