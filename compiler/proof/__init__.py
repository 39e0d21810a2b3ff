"""Whether a feature can see the future: a verdict for each, with what it rests on."""
