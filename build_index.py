"""The scheduled job: build the index from the catalogue file. The same as `kadr build`.

python build_index.py [data/catalogue.toml] [--out FOLDER] [--limit N] [--encoder NAME] [--sources A,B]
"""

import sys

from kadr.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "build")
    main()
