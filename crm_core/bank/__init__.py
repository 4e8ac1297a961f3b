"""The bank behind the call: products, agreements, loans, cards, and what they owe or hold.

Rows with a `source` mirror the core bank: nobody edits them here, and each shows its `as_of`.
Pure rules (`terms`, `schedule`, `allocation`, `arrears`) know no database; the others keep or read.
"""
