"""What the machine makes of photons: detector, exposure control, display, dose."""
