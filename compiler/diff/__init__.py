"""What changed between two states of a project, by what it means for the values of features."""
