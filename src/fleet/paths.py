"""Where the files that are not Python stand: the checkout, or FLEET_ROOT in an image."""

import os
from pathlib import Path

ROOT = Path(os.environ.get("FLEET_ROOT", Path(__file__).resolve().parents[2]))
SQL = ROOT / "sql"
WEB = ROOT / "web"
NODE_MODULES = ROOT / "node_modules"
