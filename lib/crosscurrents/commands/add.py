"""crosscurrents add: documents into a corpus."""

from __future__ import annotations

import argparse

WHAT = "copy files, folders and pages of the web into a corpus"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", help="the corpus folder; made where it is missing")
    parser.add_argument("sources", nargs="+", metavar="FILE|FOLDER|URL")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--listed", action="store_true",
                        help="only what the catalogue lists, found by its hash")  # fmt: skip
    parser.add_argument("--source", default="", help="outlet or author of the pages")
    parser.add_argument("--allow-local", action="store_true",
                        help="fetch from this machine and private networks, too")  # fmt: skip


def run(options) -> int:
    if options.listed:
        return _listed(options)
    from crosscurrents.corpus.adding import Additions, add_files

    urls = [source for source in options.sources if "://" in source]
    files = [source for source in options.sources if "://" not in source]
    outcomes = add_files(options.corpus, files, dry_run=options.dry_run) if files else []
    if urls:
        from crosscurrents.collect import Fetcher, add_pages

        additions = Additions(options.corpus, dry_run=options.dry_run)
        fetcher = Fetcher(allow_local=options.allow_local)
        outcomes += add_pages(additions, urls, fetcher=fetcher, source=options.source)
        additions.finish()
    for name, outcome in outcomes:
        print(f"{name}: {outcome}")
    return 1 if any(outcome.startswith("left out") for _, outcome in outcomes) else 0


def _listed(options) -> int:
    from crosscurrents.corpus import add_texts

    if len(options.sources) > 1:
        raise ValueError(f"--listed takes one folder, not {options.sources}")
    folder = options.sources[0]
    outcomes = add_texts(options.corpus, folder)
    for row in outcomes.itertuples():
        print(f"{row.file}: {row.outcome}")
    missing = outcomes.loc[outcomes["outcome"] == "not found", "file"].tolist()
    if missing:
        raise ValueError(f"folder {folder!r} does not hold {missing}, as their hashes say")
    return 0
