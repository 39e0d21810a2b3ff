"""Windows to SQL: rows, partial aggregates (states), the tiles that keep them, and the join with a spine.

``rows`` -> (``tiles``) -> ``pieces`` (what lies in a window) -> ``parts`` (states a piece) -> one value a window.
"""
