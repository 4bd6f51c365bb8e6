"""How sources sound, and what that rests on: means, drivers, other lexicons, voices, targets."""

from crosscurrents.scoring import score_sentences
from crosscurrents.sentiment.drivers import guard_effect, sentiment_drivers, without_drivers
from crosscurrents.sentiment.means import (
    sentence_scores,
    sentiment,
    sentiment_by_theme,
    sentiment_course,
    sentiment_over_time,
)
from crosscurrents.sentiment.passages import sentiment_passages
from crosscurrents.sentiment.robustness import (
    rank_agreement,
    rank_changes,
    rank_table,
    sentiment_robustness,
)
from crosscurrents.sentiment.targets import target_passages, target_tone
from crosscurrents.sentiment.verdict import order_verdict, robustness_verdict
from crosscurrents.sentiment.voices import quoted_speakers, sentiment_by_voice, voice_share
from crosscurrents.sentiment.warning import tone_warning

__all__ = [
    "guard_effect",
    "order_verdict",
    "quoted_speakers",
    "rank_agreement",
    "rank_changes",
    "rank_table",
    "robustness_verdict",
    "score_sentences",
    "sentence_scores",
    "sentiment",
    "sentiment_by_theme",
    "sentiment_by_voice",
    "sentiment_course",
    "sentiment_drivers",
    "sentiment_over_time",
    "sentiment_passages",
    "sentiment_robustness",
    "target_passages",
    "target_tone",
    "tone_warning",
    "voice_share",
    "without_drivers",
]
