"""VADER: the scores of NLTK's analyser, over the distinct pieces of whole corpora."""

from crosscurrents.vader.scores import ScoredWords, score_sentences, score_tokens, score_words

__all__ = ["ScoredWords", "score_sentences", "score_tokens", "score_words"]
