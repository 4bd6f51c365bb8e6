"""Crosscurrents: how sources differ on the same story, in words, in tone and in themes.

Import it as `cc`. Names are loaded when they are first used: importing costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

# Public names by task and by module: what help(cc) and the reference list.
_NAMES = {
    "Read and measure": {
        "crosscurrents.corpus": ["read_corpus"],
        "crosscurrents.cleaning": ["clean"],
        "crosscurrents.core.tokens": ["count_words", "tokenise"],
        "crosscurrents.overview": ["choose_copies", "copies"],
        "crosscurrents.codebook": ["read_codebook"],
        "crosscurrents.measures": ["measure", "read_measures"],
        "crosscurrents.measures.tone": ["measure_tone"],
    },
    "Compare": {
        "crosscurrents.comparison": ["Comparison"],
        "crosscurrents.resampling": ["bootstrap_log_ratio", "bootstrap_ratio"],
        "crosscurrents.effect_sizes": ["log_likelihood", "log_odds_z", "log_ratio"],
    },
    "Words": {
        "crosscurrents.frequency": [
            "dispersion", "focus_term", "recurring_phrases", "term_frequency",
            "vocabulary_measures", "with_dispersion",
        ],
        "crosscurrents.keywords": [
            "compare_terms", "key_passages", "keyness", "keyness_by_source", "typical_words",
        ],
        "crosscurrents.texts": ["not_at_hand"],
        "crosscurrents.passages": [
            "collocates", "concordance", "driver_sentences", "evidence", "occurrences",
            "pattern_matches",
        ],
    },
    "Tone": {
        "crosscurrents.lexicon": ["read_lexicon", "score_sentences"],
        "crosscurrents.tone": [
            "sentiment", "sentiment_by_voice", "sentiment_drivers",
            "sentiment_robustness", "target_tone", "tone_answer",
        ],
    },
    "Themes and scales": {
        "crosscurrents.themes": [
            "position_note", "scale_answer", "scale_position", "scale_robustness",
            "theme_answer", "theme_contrast", "theme_cooccurrence", "theme_share",
        ],
        "crosscurrents.topic_model": ["topics"],
        "crosscurrents.coding": [
            "agreement", "coder_agreement", "offer_coding_form", "read_coding_form",
        ],
    },
    "What changed": {
        "crosscurrents.previous": ["changes", "document_changes", "read_previous"],
    },
    "Pages and charts": {
        "crosscurrents.overview": [
            "cautions", "corpus_findings", "documents_table", "excluded_lines", "excluded_shares",
            "provenance", "source_sizes",
        ],
        "crosscurrents.findings": [
            "certainty", "change_findings", "driver_findings", "driver_table", "headline",
            "side_by_side", "theme_profile", "word_findings",
        ],
        "crosscurrents.plots.pages": [
            "plot_cooccurrence", "plot_excluded", "plot_keyness", "plot_over_time", "plot_rates",
            "plot_scale", "plot_scale_robustness", "plot_sizes", "plot_targets", "plot_term",
            "plot_themes", "plot_tone", "plot_voices",
        ],
        "crosscurrents.display": ["glossary", "show"],
    },
    "Explore, and make reports": {
        "crosscurrents.explorer": ["explore"],
        "crosscurrents.report.run": ["run_report"],
    },
}  # fmt: skip
_HOME = {n: home for homes in _NAMES.values() for home, names in homes.items() for n in names}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        from difflib import get_close_matches

        near = "".join(f"; did you mean cc.{n}?" for n in get_close_matches(name, __all__, 1))
        raise AttributeError(f"module 'crosscurrents' has no attribute {name!r}{near}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def _by_task() -> dict[str, list[str]]:
    """The public names, sorted, for each task."""
    return {
        task: sorted((name for names in homes.values() for name in names), key=str.lower)
        for task, homes in _NAMES.items()
    }


def _listed() -> str:
    """The public names, by task, in lines."""
    lines = []
    for task, names in _by_task().items():
        lines.append(f"{task}:")
        lines += [f"    {', '.join(names[k : k + 4])}" for k in range(0, len(names), 4)]
    return "\n".join(lines)


__doc__ = f"{__doc__}\n{_listed()}\n"
