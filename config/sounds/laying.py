"""Sound files into a node's tree, as links, or copied for a PBX elsewhere.

A file's only piece has its name; of several, the first is `<name>--1`. What is laid replaces what
was there at once, also under a node that runs.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.sounds.making import Sounds


def names_of(file: str, count: int) -> tuple[str, ...]:
    """The names of a file's pieces, without ending."""
    return (file,) if count == 1 else tuple(f"{file}--{n}" for n in range(1, count + 1))


def lay_out(sounds: Sounds, target: Path, below: str = "") -> None:
    """Make the folder `target`/<language>/`below` of each language hold exactly these files."""
    for language, files in sounds.files.items():
        lay_files(dict(_named(files)), target / language / below)


def add(sounds: Sounds, target: Path, below: str = "") -> None:
    """Lay these files beside those that are there."""
    for language, files in sounds.files.items():
        folder = _folder(target / language / below)
        for name, path in _named(files):
            _link(folder / name, path)


def lay_files(files: Mapping[str, Path], folder: Path) -> None:
    """Make `folder` hold exactly these files, as links; its folders stay."""
    _folder(folder)
    for name, path in files.items():
        _link(folder / name, path)
    for left in folder.iterdir():
        if left.name not in files and not left.is_dir():
            left.unlink()


def write_out(sounds: Sounds, out: Path, below: str = "") -> int:
    """Copy the files into `out`, a folder a language; return how many."""
    count = 0
    for language, files in sounds.files.items():
        folder = out / language / below
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in _named(files):
            shutil.copyfile(path, folder / name)
            count += 1
    return count


def _named(files: Mapping[str, tuple[Path, ...]]) -> Iterator[tuple[str, Path]]:
    for file, paths in files.items():
        for name, path in zip(names_of(file, len(paths)), paths, strict=True):
            yield f"{name}{path.suffix}", path


def _folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    scratch = link.with_name(f".{link.name}.new")
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(target)
    scratch.replace(link)
