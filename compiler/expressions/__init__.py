"""The expression language of SPEC 3: parsed from SQL text, typed, lowered to each dialect."""
