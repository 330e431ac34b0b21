"""From samples to risk: pure, one row per vehicle, the same result live, replayed or split over workers."""
