"""Crosscurrents: how sources differ on the same story, in words, in tone and in themes.

Import it as `cc`. Names are loaded when they are first used: importing costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

_NAMES = {
    "corpus": ["add_texts", "read_corpus"],
    "cleaning": ["clean"],
    "core.tokens": ["tokenise"],
    "comparison": ["Comparison"],
    "copies": ["choose_copies", "copies"],
    "codebook": ["read_codebook"],
    "codebook.editing": ["save_theme"],
    "lexicon": ["read_lexicon"],
    "measures": ["measure", "read_measures"],
    "core.counting": ["count_words"],
    "scoring": ["score_sentences"],
    "intervals": ["bootstrap_log_ratio", "bootstrap_ratio"],
    "effect_sizes": ["log_likelihood", "log_odds_z", "log_ratio"],
    "frequency": ["term_frequency", "term_over_time"],
    "phrases": ["recurring_phrases"],
    "keyness": ["compare_terms", "keyness", "keyness_by_source"],
    "references": ["read_frequency_list"],
    "vocabulary": ["dispersion", "vocabulary_measures"],
    "collocation": ["collocates"],
    "texts": ["not_at_hand"],
    "concordance": ["concordance", "occurrences", "sort_concordance"],
    "lookup": ["pattern_frequency", "pattern_over_time", "pattern_tone", "read_paragraph"],
    "sentiment": [
        "sentiment", "sentiment_by_voice", "sentiment_over_time", "sentiment_robustness",
    ],
    "doubts": ["copies_findings", "doubts", "language_findings"],
    "drivers": ["driver_sentences", "lexicon_agreement", "sentiment_drivers", "target_tone"],
    "tone": ["measure_tone"],
    "themes": [
        "theme_contrast", "theme_cooccurrence", "theme_over_time", "theme_share",
    ],
    "scales": [
        "document_positions", "scale_order", "scale_over_time", "scale_position",
        "scale_robustness",
    ],
    "evidence": ["evidence", "pattern_matches", "term_passages"],
    "topics": ["topics"],
    "agreement": ["agreement", "coder_agreement"],
    "coding": ["offer_coding_form", "read_coding_form"],
    "overview": [
        "cautions", "corpus_findings", "documents_table", "excluded_lines", "excluded_shares",
        "focus_term", "key_passages", "provenance", "source_sizes",
        "typical_words", "with_dispersion",
    ],
    "findings": ["certainty", "change_findings", "headline", "word_findings"],
    "brief": ["position_note", "side_by_side"],
    "changes": ["changes", "document_changes"],
    "previous": ["read_previous"],
    "findings_themes": [
        "cooccurrence_findings", "driver_findings", "driver_table", "lexicon_findings",
        "passages_missing", "scale_answer", "theme_answer", "theme_profile", "tone_answer",
    ],
    "plots.themes": [
        "plot_cooccurrence", "plot_scale", "plot_scale_over_time", "plot_scale_robustness",
        "plot_themes", "plot_themes_over_time",
    ],
    "plots.words": [
        "plot_excluded", "plot_keyness", "plot_rates", "plot_sizes", "plot_term",
        "plot_term_over_time", "plot_two_sources",
    ],
    "plots.tone": ["plot_targets", "plot_tone", "plot_tone_over_time", "plot_voices"],
    "display": ["glossary", "show"],
    "explore": ["explore"],
    "report": ["run_report"],
}  # fmt: skip
_HOME = {name: module for module, names in _NAMES.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        from difflib import get_close_matches

        near = "".join(f"; did you mean cc.{n}?" for n in get_close_matches(name, __all__, 1))
        raise AttributeError(f"module 'crosscurrents' has no attribute {name!r}{near}")
    value = getattr(import_module(f"crosscurrents.{_HOME[name]}"), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """The package: importing a module never hides the function of the same name (`keyness`)."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and _HOME.get(name) == name):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return __all__


# Names by task, in the order in which one needs them, for help(cc) and the reference pages; the
# last task has the names of all other modules.
TASKS = {
    "Read and measure": "corpus cleaning copies core texts codebook measures",
    "Compare": "comparison intervals effect_sizes",
    "Words": "frequency phrases keyness references vocabulary collocation concordance lookup",
    "Tone": "sentiment tone lexicon drivers scoring",
    "Themes and positions": "themes scales evidence topics coding agreement",
    "Changes between runs": "changes previous",
    "Pages and charts": "overview findings findings_themes doubts brief plots display",
    "Explore, and make reports": "",
}


def names_by_task() -> dict[str, list[str]]:
    """The public names for each task.

    >>> "keyness" in names_by_task()["Words"]
    True
    """
    tasks = {module: task for task, modules in TASKS.items() for module in modules.split()}
    found: dict[str, list[str]] = {task: [] for task in TASKS}
    for name in __all__:
        found[tasks.get(_HOME[name].split(".")[0], [*TASKS][-1])].append(name)
    return found


def _listed() -> str:
    """The public names, by task."""
    lines = []
    for task, names in names_by_task().items():
        rows = (", ".join(names[k : k + 4]) for k in range(0, len(names), 4))
        lines += [f"{task}:", *(f"    {row}" for row in rows)]
    return "\n".join(lines)


__doc__ = f"{__doc__}\n{_listed()}\n"
