"""The README's code is run as it stands."""

import os
import re

import matplotlib

from conftest import ROOT


def test_readme_runs():
    matplotlib.use("Agg")
    text = (ROOT / "python" / "README.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert blocks
    here = os.getcwd()
    os.chdir(ROOT)
    try:
        names = {}
        for block in blocks:
            exec(compile(block, "README.md", "exec"), names)
    finally:
        os.chdir(here)
    assert len(names["p"].grids) == 717
