"""crosscurrents measure: measure a corpus and store what was measured."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from crosscurrents.commands.console import Once, say_left_out

WHAT = "measure a corpus and store what was measured"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus", action=Once, default="seeds/alliance",
        help="folder or table (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--tone", action="store_true", help="store the tone too, for reports without the texts"
    )
    parser.add_argument("--codebook", help="themes (default: the corpus's codebook.yml)")
    parser.add_argument("--out", help="folder (default: measures/ in the corpus)")
    parser.add_argument(
        "--workers", type=int, default=0,
        help="processes (default: one a processor, where there is text enough)",
    )  # fmt: skip
    parser.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler: tcp://host:8786")
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="measure all anew, and keep nothing in the cache",
    )


def run(options) -> int:
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    corpus = read_corpus(options.corpus)
    if not options.out and not Path(options.corpus).is_dir():
        raise ValueError(f"corpus {options.corpus!r} is no folder; name a folder with --out")
    with _cluster(options.dask) as client:
        measures = measure(
            corpus, codebook=options.codebook, workers=options.workers, client=client,
            cache=not options.no_cache, reuse=not options.no_cache,
        )  # fmt: skip
        folder = options.out or Path(options.corpus) / "measures"
        print(measures.save(folder))
        if options.tone:
            from crosscurrents.tone import measure_tone

            print(measure_tone(corpus, measures, reuse=not options.no_cache).save(folder))
    say_left_out(corpus.rejected.to_dict("records"))
    return 0


@contextlib.contextmanager
def _cluster(address: str | None):
    """A client of a Dask scheduler, or None."""
    if not address:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--dask needs the extra: pip install 'crosscurrents[dask]'") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address!r}: {error}") from None
    with client:
        yield client
