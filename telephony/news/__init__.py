"""What each of Asterisk's events tells, by whom it is about; `telephony.translate` joins them.

A fact's id is made of what it tells, so the same news from an event and from a snapshot is one
fact.
"""
