"""What drivers are told and asked, in both languages."""
