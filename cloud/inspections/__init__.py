"""Once a day: which vehicles are so unlike their class that somebody should look at them."""
