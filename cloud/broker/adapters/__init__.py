"""amqtt, held to our policy."""
