"""What to do about a risk: the expected-cost rule, pure, with its reasons."""
