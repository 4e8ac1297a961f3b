"""Collection work: cases of debtors, strategies by days past due, promises to pay, the blacklist.

Pure rules (`states`, `strategy`, `score`, `review`, `proof`) know no database and no clock; the
others keep or read. Business dates come from outside, amounts are whole minor units.
"""
