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
    "core.tokens": ["tokenise"],
    "comparison": ["Comparison"],
    "significance": ["permutation_test"],
    "codebook": ["Codebook", "read_codebook"],
    "codebook.lists": ["read_terms"],
    "lexicon": ["read_lexicon"],
    "measures": ["Measures", "measure", "read_measures"],
    "core.counting": ["count_words"],
    "scoring": ["score_sentences", "score_stream"],
    "intervals": ["adjust_p", "bootstrap_interval", "bootstrap_log_ratio", "bootstrap_ratio"],
    "frequency": ["stop_words", "term_frequency"],
    "frequency.dispersion": [
        "carroll_d2", "deviation_of_proportions", "dispersion", "juilland_d", "kl_divergence",
    ],
    "statistics.effects": ["conservative_log_ratio", "odds_ratio"],
    "statistics.remembered": ["Remembered"],
    "statistics.by_document": ["welch", "welch_anova"],
    "keyness.reference": ["FrequencyList", "read_frequency_list"],
    "frequency.sharing": ["first_term", "hapaxes", "own_terms", "shared_terms"],
    "frequency.phrases": ["add_phrases", "phrases", "recurring_phrases"],
    "tokens.richness": ["mattr", "mtld", "yule_k"],
    "frequency.variety": ["variety"],
    "frequency.readability": ["flesch_kincaid_grade", "flesch_reading_ease", "syllables"],
    "collocation": ["collocates", "compare_collocates", "log_dice", "pmi", "window_measures"],
    "collocation.context": ["occurrences", "sort_concordance"],
    "tokens.texts": ["narrow", "not_at_hand"],
    "frequency.over_time": ["add_period", "term_course"],
    "frequency.variants": ["fold_variants", "read_variants"],
    "keyness": [
        "bic", "compare_terms", "keyness", "log_likelihood", "log_odds_z", "log_ratio",
        "percent_difference",
    ],
    "keyness.pairs": ["compare_pairs", "furthest_pair"],
    "concordance": ["concordance", "passages"],
    "sentiment": [
        "guard_effect", "quoted_speakers", "rank_agreement", "rank_changes", "rank_table",
        "order_verdict", "robustness_verdict", "sentence_scores", "sentiment", "sentiment_by_theme",
        "sentiment_by_voice", "sentiment_course", "sentiment_drivers", "sentiment_over_time",
        "sentiment_passages", "sentiment_robustness", "target_passages", "target_tone",
        "tone_warning", "voice_share", "without_drivers",
    ],
    "tone": ["Tone", "measure_tone"],
    "themes": [
        "document_positions", "evidence", "pattern_hits", "scale_by_theme", "scale_ends",
        "scale_over_time", "scale_position", "scale_ranks", "scale_sensitivity", "scale_verdict",
        "target_pair",
        "theme_contrast", "theme_course", "theme_evidence", "theme_names", "theme_over_time",
        "theme_pairs", "theme_profile", "theme_share", "theme_tone",
    ],
    "agreement": ["agreement", "coder_agreement"],
    "coding": ["coding_form", "offer_coding_form", "read_coding_form", "write_coding_form"],
    "statistics.agreement": ["cohen_kappa", "krippendorff_alpha"],
    "coverage": [
        "pattern_coverage", "shared_hits", "shared_patterns", "theme_reach", "uncovered_words",
    ],
    "discovery": ["discover_themes"],
    "discovery.tables": ["discovered_passages", "discovered_share", "map_discovered"],
    "overview": [
        "cautions", "documents_table", "key_passages", "keyness_by_source", "largest_targets",
        "provenance", "set_aside_lines", "set_aside_table",
    ],
    "findings": [
        "pair_findings", "scale_findings", "theme_findings", "tone_findings", "word_findings",
    ],
    "brief": ["brief_lead", "brief_table", "source_findings"],
    "changes": ["change_findings", "changes", "document_changes", "read_previous"],
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
