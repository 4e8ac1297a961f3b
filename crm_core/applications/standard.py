"""The approval routes that hold until the bank writes its own, in the form of `routes`."""

STANDARD_ROUTES = """\
# Routes of approval. The first route whose families, currencies and amounts fit is taken.
# Amounts are in major units; norm is business minutes; votes are needed at the last stage only.
routes:
  - code: small
    families: [loan, line, card_account]
    up_to: {RUB: 500000, UAH: 200000, USD: 5000, EUR: 5000}
    valid_days: 30
    documents: [passport, application_form]
    stages:
      - {code: documents, right: work_applications, norm: 60, documents: true}
      - {code: scoring, right: decide_applications, norm: 60}
      - {code: underwriting, right: decide_applications, norm: 240, votes: 1}
  - code: standard
    families: [loan, line, card_account]
    up_to: {RUB: 5000000, UAH: 2000000, USD: 50000, EUR: 50000}
    valid_days: 30
    documents: [passport, application_form, income_certificate]
    stages:
      - {code: documents, right: work_applications, norm: 60, documents: true}
      - {code: kyc, right: work_applications, norm: 60}
      - {code: scoring, right: decide_applications, norm: 120}
      - {code: underwriting, right: decide_applications, norm: 240, recommends: true}
      - {code: decision, right: decide_applications, norm: 120, votes: 1}
  - code: committee
    families: [loan, line]
    valid_days: 14
    documents: [passport, application_form, income_certificate, collateral]
    stages:
      - {code: documents, right: work_applications, norm: 120, documents: true}
      - {code: kyc, right: work_applications, norm: 120}
      - {code: scoring, right: decide_applications, norm: 120}
      - {code: underwriting, right: work_applications, norm: 480, recommends: true}
      - {code: committee, right: decide_applications, norm: 480, votes: 2}
"""
