"""The dynamic twin of the proof: the future of sampled rows is deleted, and their values must stay the same."""
