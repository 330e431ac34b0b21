"""What the service must remember to act: vehicles, cases, jobs, reminders, and what is still to be sent."""
