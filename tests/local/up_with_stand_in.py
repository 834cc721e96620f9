"""Runs `fleet up` of a project with the stand-in for its processes: `up_with_stand_in.py FOLDER OPTIONS-AS-JSON`."""

import json
import sys
from pathlib import Path

from fleet.local import up
from fleet.local.options import UpOptions

if __name__ == "__main__":
    options = UpOptions(folder=Path(sys.argv[1]), **json.loads(sys.argv[2]))
    sys.exit(up.run(options, [sys.executable, str(Path(__file__).with_name("stand_in.py"))]))
