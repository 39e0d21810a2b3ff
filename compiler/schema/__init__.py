"""The shape of what people write, as pydantic models: the only part of fcompile that imports pydantic.

* definitions   the objects of a definition file (SPEC 3)
* project       fcompile.yaml (SPEC 2)
* shape         a tree of nodes held against a model, with places and plain words
* json_schema   the same models for editors
"""
