"""What a server does when it starts."""

import json
import subprocess
import sys

STARTED = """
import gc, logging
from kadr.web.starting import start
before = gc.get_freeze_count()
start()
logging.getLogger("kadr.api").info("begun")
print(before, gc.get_freeze_count() > len(gc.get_objects()))
"""


def test_a_server_that_starts_logs_json_and_leaves_what_stays_out_of_the_search_for_garbage() -> None:
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True)
    line, counts = done.stdout.splitlines()
    assert json.loads(line)["event"] == "begun"
    assert counts == "0 True"
