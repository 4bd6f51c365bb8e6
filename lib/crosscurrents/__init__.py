"""Crosscurrents: how sources differ on the same story, in words, in tone and in themes.

Import it as `cc`. Names are loaded when they are first used: importing costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

_NAMES = {
    "corpus": ["read_corpus"],
    "cleaning": ["clean"],
    "core.tokens": ["tokenise"],
    "comparison": ["Comparison"],
    "duplicates": ["choose_copies", "copies"],
    "codebook": ["read_codebook"],
    "lexicon": ["read_lexicon", "score_sentences"],
    "measures": ["measure", "read_measures"],
    "measures.tone": ["measure_tone"],
    "core.counting": ["count_words"],
    "intervals": ["bootstrap_log_ratio", "bootstrap_ratio"],
    "effect_sizes": ["log_likelihood", "log_odds_z", "log_ratio"],
    "frequency": ["term_frequency"],
    "keywords": ["compare_terms", "keyness", "keyness_by_source"],
    "vocabulary": ["dispersion", "recurring_phrases", "vocabulary_measures"],
    "collocation": ["collocates", "pattern_frequency"],
    "texts": ["not_at_hand"],
    "tone": [
        "driver_sentences", "lexicon_agreement", "sentiment", "sentiment_by_voice",
        "sentiment_drivers", "sentiment_robustness", "target_tone",
    ],
    "themes": [
        "document_positions", "scale_order", "scale_position", "scale_robustness",
        "theme_contrast", "theme_cooccurrence", "theme_share",
    ],
    "passages": [
        "concordance", "evidence", "occurrences", "pattern_matches", "sort_concordance",
        "term_passages",
    ],
    "topic_model": ["topics"],
    "coding": ["agreement", "coder_agreement", "offer_coding_form", "read_coding_form"],
    "overview": [
        "cautions", "corpus_findings", "documents_table", "excluded_lines", "excluded_shares",
        "focus_term", "key_passages", "provenance", "source_sizes",
        "typical_words", "with_dispersion",
    ],
    "findings": ["certainty", "change_findings", "headline", "word_findings"],
    "brief": ["position_note", "side_by_side"],
    "previous": ["changes", "document_changes", "read_previous"],
    "findings_themes": [
        "cooccurrence_findings", "driver_findings", "driver_table", "lexicon_findings",
        "passages_missing", "scale_answer", "theme_answer", "theme_profile", "tone_answer",
    ],
    "plots.pages": [
        "plot_cooccurrence", "plot_excluded", "plot_keyness", "plot_over_time", "plot_rates",
        "plot_scale", "plot_scale_robustness", "plot_sizes", "plot_targets", "plot_term",
        "plot_themes", "plot_tone", "plot_two_sources", "plot_voices",
    ],
    "display": ["glossary", "show"],
    "explorer": ["explore"],
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


def __dir__() -> list[str]:
    return __all__


# What help(cc) and the reference list, by task; the last has the modules that are in no other.
_TASKS = {
    "Read and measure": "corpus cleaning duplicates core codebook measures",
    "Compare": "comparison intervals effect_sizes",
    "Words": "frequency keywords vocabulary collocation passages texts",
    "Tone": "tone lexicon",
    "Themes and scales": "themes topic_model coding",
    "What changed": "previous",
    "Pages and charts": "overview findings findings_themes brief plots display",
    "Explore, and make reports": "",
}


def _by_task() -> dict[str, list[str]]:
    """The public names, sorted, for each task."""
    task_of = {module: task for task, modules in _TASKS.items() for module in modules.split()}
    found: dict[str, list[str]] = {task: [] for task in _TASKS}
    for name in sorted(_HOME, key=str.lower):
        found[task_of.get(_HOME[name].split(".")[0], list(_TASKS)[-1])].append(name)
    return found


def _listed() -> str:
    """The public names, by task, in lines."""
    lines = []
    for task, names in _by_task().items():
        lines.append(f"{task}:")
        lines += [f"    {', '.join(names[k : k + 4])}" for k in range(0, len(names), 4)]
    return "\n".join(lines)


__doc__ = f"{__doc__}\n{_listed()}\n"
