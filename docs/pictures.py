"""Take the docs' pictures of a bulletin with a browser: ``python docs/pictures.py BULLETIN FOLDER``."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

VIEWS = {"bulletin-wide": (1040, 1240, "zh"), "bulletin-phone": (375, 900, "en")}
"""Width, height and language of each picture."""


def take(bulletin: Path, folder: Path, executable: str) -> None:
    """Write one picture for each view."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--disable-lcd-text"])
        for name, (width, height, language) in VIEWS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
            page.goto(f"{bulletin.resolve().as_uri()}#{language}")
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=folder / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    take(
        Path(sys.argv[1]), Path(sys.argv[2]), os.environ.get("CHROMIUM") or shutil.which("chromium") or "google-chrome"
    )
