"""Which ECUs a car has and what they answer: a petrol car, and an electric one on E-GMP."""
