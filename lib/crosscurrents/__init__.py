"""Crosscurrents: how sources differ on the same story, in words, in tone and in themes.

Import it as `cc`. Names are loaded when they are first used: importing costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

_NAMES = {
    "corpus": ["Corpus", "add_texts", "read_corpus"],
    "cleaning": ["clean"],
    "tokens": ["tokenise"],
    "comparison": ["Comparison"],
    "significance": ["permutation_test"],
    "codebook": ["Codebook", "read_codebook"],
    "codebook.lists": ["read_terms"],
    "lexicon": ["read_lexicon"],
    "measures": ["Measures", "measure", "read_measures"],
    "measures.counting": ["count_words"],
    "scoring": ["score_sentences", "score_stream"],
    "intervals": ["bootstrap_log_ratio", "bootstrap_ratio"],
    "effect_sizes": ["log_likelihood", "log_odds_z", "log_ratio"],
    "frequency": ["stop_words", "term_frequency", "term_over_time"],
    "phrases": ["recurring_phrases"],
    "keyness": ["compare_terms", "keyness", "keyness_by_source"],
    "references": ["FrequencyList", "read_frequency_list"],
    "vocabulary": ["deviation_of_proportions", "dispersion", "vocabulary_measures"],
    "collocation": ["collocates", "log_dice", "pmi"],
    "tokens.texts": ["narrow", "not_at_hand"],
    "concordance": ["concordance", "occurrences", "passages", "sort_concordance"],
    "sentiment": [
        "sentiment", "sentiment_by_voice", "sentiment_over_time", "sentiment_robustness",
        "tone_separates",
    ],
    "drivers": ["driver_sentences", "lexicon_agreement", "sentiment_drivers", "target_tone"],
    "tone": ["Tone", "measure_tone"],
    "themes": [
        "theme_contrast", "theme_cooccurrence", "theme_names", "theme_over_time", "theme_share",
    ],
    "scales": [
        "document_positions", "scale_order", "scale_over_time", "scale_position",
        "scale_robustness",
    ],
    "evidence": ["evidence", "pattern_matches"],
    "topics": ["topic_paragraphs", "topic_share", "topics"],
    "agreement": ["agreement", "coder_agreement", "krippendorff_alpha"],
    "coding": ["coding_form", "offer_coding_form", "read_coding_form", "write_coding_form"],
    "coverage": [
        "pattern_coverage", "shared_hits", "shared_patterns", "theme_reach", "uncovered_words",
    ],
    "overview": [
        "cautions", "documents_table", "key_passages", "provenance", "set_aside_lines",
        "set_aside_table",
    ],
    "findings": [
        "pair_findings", "scale_findings", "theme_findings", "tone_findings", "word_findings",
    ],
    "brief": ["brief_lead", "brief_table", "source_findings"],
    "changes": ["changes", "document_changes"],
    "previous": ["read_previous"],
    "plots": [
        "plot_changes", "plot_collocates", "plot_corpus", "plot_discovered", "plot_drivers",
        "plot_guard", "plot_keyness", "plot_rate_heatmap", "plot_rate_scatter", "plot_robustness",
        "plot_scale", "plot_scale_by_theme", "plot_scale_sensitivity", "plot_sentence_scores",
        "plot_sentiment", "plot_sentiment_course", "plot_strips", "plot_target_tone",
        "plot_term_course", "plot_term_rates", "plot_theme_contrast", "plot_theme_course",
        "plot_theme_heatmap", "plot_theme_over_time", "plot_theme_pairs", "plot_theme_shares",
        "plot_voices", "source_colours",
    ],
    "display": ["show"],
    "report": ["run_report"],
}  # fmt: skip
_HOME = {name: module for module, names in _NAMES.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'crosscurrents' has no attribute {name!r}")
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
    return sorted({*globals(), *__all__})
