"""`python -P -m config` is `tellerline`."""

from config.cli import main

if __name__ == "__main__":
    main()
