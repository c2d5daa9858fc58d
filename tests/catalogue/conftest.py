import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # films.py is shared by the tests here; importlib mode adds no folder
