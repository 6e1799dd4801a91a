"""What every feature stands on: database, clock, errors, ids."""
