"""The bank's side of self-service: who a caller proves to be, what he may be told, what he did."""
