"""crosscurrents schedule: what has a report made every night, for systemd or for cron."""

from __future__ import annotations

import argparse
from pathlib import Path

WHAT = "write what has a report made every night: systemd units, or a line for cron"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a report of reports.toml")
    parser.add_argument("--definitions", metavar="FILE", help="reports.toml, or its folder")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--systemd", action="store_true", help="a service, its timer, its failure")
    kind.add_argument("--cron", action="store_true", help="a line for crontab -e")
    parser.add_argument("--at", default="03:15", metavar="HH:MM", help="default: %(default)s")
    parser.add_argument(
        "--write", metavar="FOLDER", help="write unit files there, such as ~/.config/systemd/user"
    )


def run(options) -> int:
    from crosscurrents.report.definitions import defined, find_settings
    from crosscurrents.report.schedule import cron_line, systemd_units

    settings = find_settings(options.definitions)
    (definition,) = defined(settings, [options.name])
    if options.cron:
        if options.write:
            raise ValueError("--write goes with --systemd; a line for cron is for crontab -e")
        print(cron_line(definition, settings, options.at), end="")
        return 0
    units = systemd_units(definition, settings, options.at)
    if not options.write:
        print("\n".join(f"# {name}\n{text}" for name, text in units.items()), end="")
        return 0
    folder = Path(options.write).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in units.items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)
    user = " --user" if "user" in folder.parts else ""
    timer = next(name for name in units if name.endswith(".timer"))
    print(f"now: systemctl{user} daemon-reload && systemctl{user} enable --now {timer}")
    return 0
