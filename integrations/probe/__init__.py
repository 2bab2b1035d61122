"""`manage.py kaonavi probe`: asks カオナビ how it answers, and tells shapes without values.

Every word of a report is one of ours: names of keys and headers that we know beforehand, kinds of values, ranges. What
カオナビ sends decides which of these words stand there, and is never quoted.
"""
