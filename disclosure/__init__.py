"""Statistical disclosure control (SPEC 4.4): what is not published, and proof that it is enough.

:mod:`disclosure.system` states a problem: cells and the sums that link them. :func:`disclosure.control.protect`
answers it. :mod:`disclosure.form` is the form of ``louyu disclosure``.
"""
