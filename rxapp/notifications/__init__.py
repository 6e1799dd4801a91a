"""The outbox, deliveries and the channels that send them."""
