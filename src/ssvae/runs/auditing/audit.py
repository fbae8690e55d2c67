"""Everything that a run's folder holds of the code, the machine and the person, before it is given away.

In: a run's folder, whoever made it. Out: an `Audit`. Not here: showing it (cli/), keeping secrets out (redaction.py).
"""

import dataclasses
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.runs.auditing.inventory import Entry, inventory
from ssvae.runs.auditing.suspects import Suspect, suspicious_lines, suspicious_names
from ssvae.runs.reading import open_inside, read_inside
from ssvae.runs.reporting.record import Record, read_record
from ssvae.runs.strict_json import read_json_mapping

__all__ = ["Audit", "audit_run"]

_MOST_BYTES = 20_000_000
"""Of a text file that is searched; the search takes a second per ten million."""

_MOST_NAMES = 100_000
"""Of an archive that are looked at; an archive can claim any number."""

_MOST_UNPACKED = 2_000_000_000  # bytes; a small file can claim any size

_ARCHIVE = re.compile(r".+\.(tar(\.\w+)?|tgz|zip)")

_PLACES = re.compile(
    r"(?:/home|/Users|[A-Za-z]:\\{1,2}Users)[/\\]{1,2}[^/\\\s\"':,]{1,64}|/root(?=[/\s\"':,]|$)"
)
"""The home of a person, whose name it tells."""

_RECORDED = re.compile(r"^# ([A-Za-z_]\w{0,100})=", re.MULTILINE)
_PACKAGE = re.compile(r"^[\w.-]{1,200}==\S{1,200}", re.MULTILINE)
_REFERRED = re.compile(r"oc\.env:([A-Za-z_]\w{0,100})")

_FACTS = re.compile(r"provenance/(resume_\d+/)?source\.json")

_MACHINE = ("host", "device")
_PROCESS = ("pid", "process_started", "boot_id", "pid_namespace", "host")


@dataclasses.dataclass(frozen=True)
class Audit:
    """What was found."""

    files: list[Entry]
    header: list[str]
    """The fields that config.yaml records about the run."""
    machine: dict[str, Any]
    """What tells of the machine and the person."""
    variables: dict[str, list[str]]
    """Names of environment variables: `recorded` with their values in environment.txt, `referred` to by a setting."""
    source: list[dict[str, Any]]
    """The parts of the code that are recorded; `recorded_in` is the folder, one for each time the run was begun."""
    captured: list[str]
    """Files in the bundles that no commit has: changed or new when the run was begun."""
    packages: int | None
    """Installed packages that are listed; None when they are not."""
    suspects: list[Suspect]
    problems: list[str]
    """What could not be read or searched."""

    def mapping(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return dataclasses.asdict(self)


def audit_run(run_dir: Path) -> Audit:
    """Look through the folder. Nothing in it is executed, followed or changed."""
    files, record = inventory(run_dir), read_record(run_dir)
    problems = list(record.problems)
    texts = {entry.path: text for entry in files if (text := _text(run_dir, entry, problems)) is not None}
    suspects = [*suspicious_names(entry.path for entry in files)]
    for path, text in texts.items():
        suspects += suspicious_lines(path, text.splitlines())
    for entry in files:
        if entry.is_file and _ARCHIVE.fullmatch(entry.path):
            suspects += suspicious_names(_archived(run_dir, entry.path, problems), entry.path)
    source = [part for folder in _records(files) for part in _source(run_dir, folder, problems)]
    for part in source:
        suspects += suspicious_names(_changed(part), f"{part['recorded_in']}/{part.get('file')}")
    environments = [text for path, text in texts.items() if path.endswith("/environment.txt")]
    recorded = {name for text in environments for name in _RECORDED.findall(text)}
    packages = {line for text in environments for line in _PACKAGE.findall(text)}
    referred = {name for text in texts.values() for name in _REFERRED.findall(text)}
    return Audit(
        files=files,
        header=[str(key) for key, value in record.header.items() if value not in (None, [], {}, "")],
        machine=_machine(record, texts),
        variables={"recorded": sorted(recorded), "referred": sorted(referred)},
        source=source,
        captured=sorted({path for part in source for path in _changed(part)}),
        packages=len(packages) if environments else None,
        suspects=suspects,
        problems=problems,
    )


def _text(run_dir: Path, entry: Entry, problems: list[str]) -> str | None:
    """The content of a text file; None for numbers and pictures."""
    if not entry.is_file or entry.path.endswith((".png", ".safetensors", ".bundle")):
        return None
    try:
        content = read_inside(run_dir, entry.path, _MOST_BYTES)
    except (OSError, RunDirectoryError) as error:
        problems.append(f"{entry.path} was not searched: {error}")
        return None
    return None if b"\0" in content else content.decode("utf-8", errors="replace")


def _machine(record: Record, texts: Mapping[str, str]) -> dict[str, Any]:
    process = {key: record.state[key] for key in _PROCESS if record.state.get(key) is not None}
    machine = {key: record.header[key] for key in _MACHINE if record.header.get(key)}
    homes = {place for text in texts.values() for place in _PLACES.findall(text)}
    return {**machine, "process": process, "homes": sorted(homes)}


def _records(files: list[Entry]) -> list[str]:
    """The folders that hold a record of the code: that of the beginning, and of each time the run went on."""
    return sorted(entry.path.removesuffix("/source.json") for entry in files if _FACTS.fullmatch(entry.path))


def _source(run_dir: Path, folder: str, problems: list[str]) -> list[dict[str, Any]]:
    path = run_dir / folder / "source.json"
    try:
        content = read_json_mapping(path)
    except RunDirectoryError as error:
        problems.append(str(error))
        return []
    parts = content.get("parts")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        problems.append(f"{path}: 'parts' must be a list of mappings. Undo the last edit of it.")
        return []
    said = content.get("problems")
    problems += [f"{folder}/source.json: {problem}" for problem in (said if isinstance(said, list) else ())]
    return [part | {"recorded_in": folder} for part in parts]


def _changed(part: Mapping[str, Any]) -> Iterator[str]:
    """The paths in a bundle that no commit has; those of a commit are everybody's already."""
    paths, left_out = part.get("paths"), part.get("left_out")
    items = left_out if isinstance(left_out, list) else ()
    absent = [item.get("path") for item in items if isinstance(item, Mapping)]
    for what, names in paths.items() if isinstance(paths, Mapping) else ():
        if what != "deleted" and isinstance(names, list):
            yield from (name for name in names if isinstance(name, str) and name not in absent)


def _archived(run_dir: Path, path: str, problems: list[str]) -> Iterator[str]:
    """The names in an archive; nothing is unpacked."""
    try:
        with open(open_inside(run_dir, path)[0], "rb") as file:
            if path.endswith(".zip"):
                yield from zipfile.ZipFile(file).namelist()[:_MOST_NAMES]
                return
            with tarfile.open(fileobj=file) as archive:
                for _, member in zip(range(_MOST_NAMES), archive, strict=False):
                    yield member.name
                    if member.offset_data + member.size > _MOST_UNPACKED:
                        problems.append(
                            f"{path} unpacks to more than {_MOST_UNPACKED:,} bytes: only its beginning was looked at"
                        )
                        return
    except (OSError, RunDirectoryError, tarfile.TarError, zipfile.BadZipFile, EOFError, ValueError) as error:
        problems.append(f"{path} could not be looked into: {error}")
