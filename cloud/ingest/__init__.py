"""From a message on the broker to an entry in the log and a receipt to the car."""
