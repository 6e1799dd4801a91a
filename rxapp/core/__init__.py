"""What every feature uses: database, clock, errors, ids."""
