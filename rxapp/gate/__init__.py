"""What stands between the network and the features: guard, payload check, gateway, policy."""
