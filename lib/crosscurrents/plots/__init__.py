"""Result tables -> charts: each takes a table, draws it, and returns the Axes; none computes.

Every chart says what its lines are ("within this article" where they say no more), shows how much
lies behind a number, and has an alternative text with its main numbers.
"""
