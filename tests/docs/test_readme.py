"""The README's first two lines to paste are what they claim to be."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_the_first_two_blocks_hold_one_line_each():
    assert len(BLOCKS) >= 2
    assert [block.count("\n") for block in BLOCKS[:2]] == [1, 1]


def test_both_lines_run_the_same_script_that_lies_in_the_root():
    assert BLOCKS[0].split()[:2] == BLOCKS[1].split()[:2] == ["python3", "start.py"]
    assert (ROOT / "start.py").is_file()


def test_the_script_needs_nothing_but_the_standard_library():
    allowed = sys.stdlib_module_names
    imported = re.findall(r"^(?:from|import) ([a-z_]+)", (ROOT / "start.py").read_text(), flags=re.MULTILINE)
    assert imported
    assert [name for name in imported if name not in allowed] == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell script in the place of Python")
def test_where_venv_is_missing_the_message_says_what_to_type(tmp_path):
    shutil.copy(ROOT / "start.py", tmp_path)
    program = (
        "import sys, runpy, subprocess\n"
        "real = subprocess.run\n"
        "def run(command, **options):\n"
        "    if '-m' in command and 'venv' in command:\n"
        "        text = 'The virtual environment was not created because ensurepip is not available.'\n"
        "        return subprocess.CompletedProcess(command, 1, stdout=text, stderr='')\n"
        "    return real(command, **options)\n"
        "subprocess.run = run\n"
        "sys.base_prefix = sys.prefix\n"
        "sys.argv = ['start.py']\n"
        "runpy.run_path('start.py', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()
