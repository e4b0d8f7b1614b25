"""Disclosure control of a candidate: which public figures are hidden so that none tells too much (SPEC 4.4).

The way through: a public row tells *quantities* (its numerator and denominator over a window); quantities that sum to
others are *linked*; amounts and counts that are too small or too much one enterprise's are hidden with whatever else
would give them away; and a row is shown where everything that it tells is.
"""
