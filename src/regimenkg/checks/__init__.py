"""Whether data hold to the vocabulary: shapes, rules, and a reasoner."""
